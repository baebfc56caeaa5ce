// Writes a line every half second; the caller has each at once.
import { setTimeout } from 'node:timers/promises';

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const out = awslambda.HttpResponseStream.from(stream, {
    statusCode: 200,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  });
  const lines = Number(event.queryStringParameters?.lines ?? 3);
  for (let line = 1; line <= lines; line++) {
    out.write(`line ${line} of ${lines}\n`);
    await setTimeout(500);
  }
  out.end();
});

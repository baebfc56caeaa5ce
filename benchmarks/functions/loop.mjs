// The smallest runtime there is: takes an event, gives it back.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });
// biome-ignore lint/suspicious/noUndeclaredEnvVars: Lambda sets it
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');

const exchange = (method, path, body) =>
  new Promise((resolve, reject) => {
    const headers = body ? { 'Content-Length': body.length } : {};
    const sent = request({ agent, host, port, method, path: `/2018-06-01/runtime/invocation/${path}`, headers });
    sent.on('error', reject).on('response', (response) => {
      const chunks = [];
      response
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => {
          resolve({ headers: response.headers, body: Buffer.concat(chunks) });
        });
    });
    sent.end(body);
  });

for (;;) {
  const event = await exchange('GET', 'next');
  await exchange('POST', `${event.headers['lambda-runtime-aws-request-id']}/response`, event.body);
}

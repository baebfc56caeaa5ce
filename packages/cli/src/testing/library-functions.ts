import type { Test } from 'tap';

/** The runtime whose interpreter runs this test. */
export const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;

const echo = `export const handler = async (event, context) => ({ event, name: context.functionName, colour: process.env.COLOUR });`;

const stream = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  for (const piece of event.pieces) {
    stream.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  stream.end();
});`;

/** A test's folder with a function that answers with its event, one that streams, and what else is given. */
export const functionFolder = (t: Test, others: Readonly<Record<string, string>> = {}): string =>
  t.testdir({ 'index.mjs': echo, 'stream.mjs': stream, ...others });

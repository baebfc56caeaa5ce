// Says to Lambda what Amazon.Lambda.RuntimeSupport says, for machines that have no .NET: it gets the arguments of
// `dotnet`, and has functions of its own. It was written from the outside: requests, headers, errors and log records.
import { spawn } from 'node:child_process';
import { existsSync, writeSync } from 'node:fs';
import { request } from 'node:http';

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const logDescriptor = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
const loop = () => {
  for (;;);
};
let count = 0;

const handlers = {
  echo: (event) => event,
  throws: () => fail('TypeError', 'it is broken'),
  exit42: () => process.exit(42),
  exit0: () => process.exit(0),
  sigkill: () => process.kill(process.pid, 'SIGKILL') && loop(),
  loop,
  loopOnce: (event) => (event.loop ? loop() : event),
  context: (_, headers) => ({
    requestId: headers['lambda-runtime-aws-request-id'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    remainingMs: Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
    clientContext: parsed(headers['lambda-runtime-client-context']),
    cognitoIdentityId: parsed(headers['lambda-runtime-cognito-identity'])?.cognitoIdentityId ?? null,
    tenantId: headers['lambda-runtime-aws-tenant-id'] ?? null,
    traceId: headers['lambda-runtime-trace-id'],
  }),
  environment: () => process.env,
  writes: () => {
    process.stdout.write('out without end');
    process.stderr.write('err line\n');
    return 'written';
  },
  logs: () => log('one\ntwo') ?? 'logged',
  arguments: () => process.argv.slice(2),
  sevenMegabytes: () => 'x'.repeat(7_000_000),
  counts: () => ++count,
  child: () => {
    log(`child=${spawn('sleep', ['1000'], { stdio: 'ignore' }).pid}`);
    loop();
  },
};

function fail(type, message) {
  throw Object.assign(new Error(message), { type });
}

const parsed = (text) => (text ? JSON.parse(text) : null);

/** A record of the log descriptor: type, length, microseconds, text. */
function log(text) {
  const bytes = Buffer.from(`${text}\n`);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0xa55a0003, 0);
  head.writeUInt32BE(bytes.length, 4);
  head.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
  writeSync(logDescriptor, Buffer.concat([head, bytes]));
}

/** Two spaces deep, types by their names, as the client writes exceptions. */
const errorJson = ({ type, message, stack }) =>
  JSON.stringify(
    {
      errorType: type,
      errorMessage: message,
      stackTrace: stack
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    },
    null,
    2,
  );

function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(`${api}/${path}`, { method, headers }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const errorHeaders = (type) => ({
  'Content-Type': 'application/vnd.aws.lambda.error+json',
  'Lambda-Runtime-Function-Error-Type': type,
});

async function initialize() {
  const given = process.argv.slice(2);
  const handler = given.at(-1);
  const files = given.filter((argument) => argument.startsWith('/'));
  const missing = files.find((file) => !existsSync(file));
  if (given[0] !== 'exec' || missing) process.exit(129); // as `dotnet` ends when it does not know what to do
  const method = handler.includes('::') ? handler.split('::')[2] : process.env.METHOD;
  if (method === 'initExits') process.exit(3);
  try {
    if (method === 'initThrows') fail('RangeError', 'it does not load');
    if (!handlers[method]) fail('LambdaValidationException', `Unable to find method '${method}'`);
    return handlers[method];
  } catch (error) {
    await ask('POST', 'init/error', errorJson(error), errorHeaders('Runtime.Unknown'));
    process.kill(process.pid, 'SIGABRT'); // an exception that nobody catches
    return loop();
  }
}

const handle = await initialize();
for (;;) {
  const { headers, text } = await ask('GET', 'invocation/next');
  const path = `invocation/${headers['lambda-runtime-aws-request-id']}`;
  try {
    const answer = JSON.stringify(await handle(JSON.parse(text), headers));
    await ask('POST', `${path}/response`, answer, { 'Content-Type': 'application/json' });
  } catch (error) {
    const xray = JSON.stringify({ working_directory: process.cwd(), exceptions: [], paths: [] });
    const cause = { 'Lambda-Runtime-Function-XRay-Error-Cause': xray };
    await ask('POST', `${path}/error`, errorJson(error), { ...errorHeaders(error.type), ...cause });
  }
}

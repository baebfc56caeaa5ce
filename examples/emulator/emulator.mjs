// An emulator of AWS Lambda: its functions are made, changed, removed and invoked by any AWS client. The S3 key of a
// function's code is a folder of this machine. `node emulator.mjs [PORT]`
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { createLambdaService, nodeListener } from 'lambda-bootstraps';

const service = createLambdaService({ onEvent: (_, { type, bytes }) => type === 'log' && process.stderr.write(bytes) });
const invoke = nodeListener(service.handler);
const errors = { ERR_UNKNOWN_FUNCTION: [404, 'ResourceNotFound'], ERR_FUNCTION_EXISTS: [409, 'ResourceConflict'] };

/** The operations by method and path, each with the status of its success. */
const operations = {
  'POST ': [201, (_, { FunctionName, ...asked }) => service.create({ functionName: FunctionName, ...settings(asked) })],
  'PUT /code': [200, (name, asked) => service.update(name, settings({ Code: asked }))],
  'PUT /configuration': [200, (name, asked) => service.update(name, settings(asked))],
  'DELETE ': [204, (name) => service.remove(name)],
};
const settings = ({ Runtime, Handler, Code, Environment, Timeout = NaN }) => {
  const given = { runtime: Runtime, handler: Handler, taskDir: Code?.S3Key, environment: Environment?.Variables };
  const timeout = Timeout > 0 ? { timeoutMs: Timeout * 1_000 } : {};
  return { ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)), ...timeout };
};
const describe = ({ functionName: FunctionName, config }) =>
  JSON.stringify({ FunctionName, FunctionArn: config.invokedFunctionArn, Handler: config.handler, State: 'Active' });

const server = createServer(async (request, response) => {
  const [, name, what = ''] = /^\/2015-03-31\/functions(?:\/([^/]+)(\/\w+)?)?\/?$/.exec(request.url) ?? [];
  const operation = operations[`${request.method} ${what}`];
  // Every AWS client signs what it asks, and no page of another site can send that header.
  if (!operation || !request.headers.authorization) return invoke(request, response);
  try {
    const made = await operation[1](name, request.method === 'DELETE' ? undefined : await json(request));
    response.writeHead(operation[0], { 'Content-Type': 'application/json' }).end(made && describe(made));
  } catch ({ code, message }) {
    const [status, type] = errors[code] ?? [400, 'InvalidParameterValue'];
    response.writeHead(status, { 'X-Amzn-ErrorType': `${type}Exception` }).end(JSON.stringify({ Message: message }));
  }
});
server.listen(process.argv[2] ?? 4574, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));

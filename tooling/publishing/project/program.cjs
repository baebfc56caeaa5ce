// What there is for `require`.
const dockerLambda = require('@lambda-bootstraps/docker-lambda');
const { createSandbox } = require('lambda-bootstraps');

const sandbox = createSandbox({ runtime: process.argv[2], taskDir: 'function' });
sandbox
  .invoke({ a: 1 })
  .then(({ payload }) =>
    console.log(JSON.stringify({ answer: JSON.parse(payload), invoke: typeof dockerLambda.invoke })),
  )
  .finally(() => sandbox.close());

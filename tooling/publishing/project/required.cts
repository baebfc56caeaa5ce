// The declarations, as CommonJS has them.
import dockerLambda = require('@lambda-bootstraps/docker-lambda');
import library = require('lambda-bootstraps');

export const sandbox: library.LocalSandbox = library.createSandbox({ runtime: 'nodejs22.x', taskDir: '.' });
export const result: unknown = dockerLambda({ dockerImage: 'mine', event: 1 });

// @ts-expect-error: a runtime is needed
library.createSandbox({ handler: 'index.handler' });

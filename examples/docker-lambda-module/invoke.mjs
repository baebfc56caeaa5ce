// Invokes a function in containers; README.md says how the image is built.
import { fileURLToPath } from 'node:url';
import dockerLambda, { invoke, startStayOpen } from '@lambda-bootstraps/docker-lambda';

const options = {
  dockerImage: process.argv[2] ?? 'docker-lambda-module',
  taskDir: fileURLToPath(new URL('function', import.meta.url)),
};

// As with the package docker-lambda: a container for each invocation, and nothing else happens meanwhile.
console.log('once:', dockerLambda({ ...options, event: { name: 'you' } }));

// The same as a promise: two containers at a time.
const both = await Promise.all(['one', 'two'].map((name) => invoke({ ...options, event: { name } })));
console.log('at a time:', both);

// One container for many invocations.
const container = await startStayOpen(options);
try {
  console.log('first:', await container.invoke({ name: 'you' }));
  console.log('second:', await container.invoke({ name: 'you' }));
  await container.invoke({ fail: true });
} catch (error) {
  console.log(error.code, error.payload.errorType, error.payload.errorMessage);
} finally {
  await container.stop();
}

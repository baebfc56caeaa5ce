// Every package that is no executable, by its name, and a function by the program's library.
import * as control from '@lambda-bootstraps/control';
import * as core from '@lambda-bootstraps/core';
import * as dockerLambda from '@lambda-bootstraps/docker-lambda';
import * as host from '@lambda-bootstraps/host-node';
import * as inspector from '@lambda-bootstraps/inspector';
import * as dotnet from '@lambda-bootstraps/runtime-dotnet';
import * as go from '@lambda-bootstraps/runtime-go';
import * as java from '@lambda-bootstraps/runtime-java-mock';
import * as nodejs from '@lambda-bootstraps/runtime-nodejs';
import * as provided from '@lambda-bootstraps/runtime-provided';
import * as python from '@lambda-bootstraps/runtime-python-mock';
import * as ruby from '@lambda-bootstraps/runtime-ruby/runtime';
import { createSandbox, LambdaBootstrapsError } from 'lambda-bootstraps';

const sandbox = createSandbox({ runtime: nodejs.nodejs, taskDir: 'function' });
const { payload } = await sandbox.invoke({ a: 1 });
await sandbox.close();
const page = await inspector.inspectorFiles();
console.log(
  JSON.stringify({
    answer: JSON.parse(payload),
    oneClassOfErrors: LambdaBootstrapsError === core.LambdaBootstrapsError,
    page: page.has('index.html'),
    functions: [
      ...[control.createControl, dockerLambda.default, dockerLambda.invoke, host.nodeListener],
      ...[dotnet, go, java, provided, python, ruby].map(({ createRuntime }) => createRuntime),
    ].every((one) => typeof one === 'function'),
  }),
);

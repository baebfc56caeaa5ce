// Invokes a function whose execution environments are containers. The runtime is the image's own:
//
//     node containers.mjs public.ecr.aws/lambda/nodejs:22 "$PWD" function.handler
import { createSandbox } from 'lambda-bootstraps';
import { dockerLauncher } from './docker-launcher.mjs';

const [image, taskDir, handler, command = '/var/runtime/bootstrap'] = process.argv.slice(2);

const sandbox = createSandbox({
  runtime: {
    family: 'image',
    names: [],
    defaultHandler: 'index.handler',
    guess: async () => undefined,
    plan: async ({ config }) => ({
      command: [command],
      workingDirectory: config.taskRoot,
      environment: {},
      transport: 'http',
      telemetryLog: false,
    }),
  },
  launcher: dockerLauncher({ image, taskDir }),
  handler,
  taskDir: '/var/task',
  inheritedEnvironment: {},
  timeoutMs: 20_000,
  onEvent: (event) => event.type === 'log' && process.stderr.write(event.bytes),
});

for (const event of [{ name: 'cold' }, { name: 'warm' }]) {
  const { payload, functionError } = await sandbox.invoke(event);
  console.log(functionError ?? 'success', payload);
}
await sandbox.close();

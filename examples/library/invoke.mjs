// Invokes a function a few times from a program of one's own: cold, warm, failing, too slow.
// In a checkout, after a build: node examples/library/invoke.mjs
import { createSandbox } from 'lambda-bootstraps';

const sandbox = createSandbox({
  handler: 'function.handler',
  runtime: `nodejs${process.versions.node.split('.')[0]}.x`,
  taskDir: new URL('.', import.meta.url).pathname,
  timeoutMs: 2_000,
});

sandbox.subscribe((event) => {
  if (event.type === 'invocation-completed') {
    const { durationMs, initDurationMs, maxMemoryUsedMb } = event.report;
    console.error(
      `${durationMs.toFixed(1)} ms, cold start ${initDurationMs?.toFixed(1) ?? 'none'}, ${maxMemoryUsedMb} MB`,
    );
  }
});

for (const event of [{ name: 'cold' }, { name: 'warm' }, { fail: true }, { loop: true }, { name: 'recovered' }]) {
  const { payload, functionError } = await sandbox.invoke(event, { clientContext: '{"custom":{"from":"a library"}}' });
  console.log(functionError ?? 'success', payload);
}

await sandbox.close();

import t, { type Test } from 'tap';
import { encodeText } from '../bytes.ts';
import { defineFunction } from '../function/define-function.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { memoryKills } from './memory-kills.ts';
import { createSandbox } from './sandbox.ts';

const killsIn = (files: Record<string, string>) => memoryKills(createMemoryHost({ files }).host.files);

t.test('the count of kills in our control group', async (t) => {
  const events = (kills: number): string => `low 0\nhigh 0\nmax 3\noom 1\noom_kill ${kills}\noom_group_kill 0\n`;
  t.equal(await killsIn({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.events': events(2) }), 2);
  const deep = { '/proc/self/cgroup': '0::/a/b\n', '/sys/fs/cgroup/a/b/memory.events': events(3) };
  t.equal(await killsIn({ ...deep, '/sys/fs/cgroup/memory.events': events(9) }), 3);
  t.equal(await killsIn({ '/proc/self/cgroup': '0::/a/b\n', '/sys/fs/cgroup/memory.events': events(4) }), 4);
  const first = { '/proc/self/cgroup': '9:name=systemd:/\n4:memory:/x/y\n0::/\n' };
  const control = 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n';
  t.equal(await killsIn({ ...first, '/sys/fs/cgroup/memory/x/y/memory.oom_control': control }), 5);
  t.equal(await killsIn({ ...first, '/sys/fs/cgroup/memory/memory.oom_control': control }), 5);
  t.equal(await killsIn(first), undefined, 'an old kernel does not count');
  t.equal(await killsIn({}), undefined, 'not on Linux');
});

/** A function that is killed while it runs, the count going from one number to another. */
async function killed(t: Test, before: number, after: number) {
  const files: Record<string, string> = { '/proc/self/cgroup': '0::/\n' };
  const count = (kills: number): void => {
    files['/sys/fs/cgroup/memory.events'] = `oom_kill ${kills}\n`;
  };
  count(before);
  const memory = createMemoryHost({ files });
  const runtime = memory.runtime('greedy', async (context) => {
    await context.fetch('/2018-06-01/runtime/invocation/next');
    count(after);
    context.exit(null, 'SIGKILL');
  });
  const config = defineFunction({ handler: 'h', runtime: 'greedy', taskRoot: '/task' }, { nowMs: 0, randomId: 'x' });
  const sandbox = createSandbox({ host: memory.host, launcher: memory.launcher, config, runtime });
  t.teardown(() => sandbox.close());
  return sandbox.invoke({ payload: encodeText('{}') });
}

t.test('a kill by the kernel is told from another', async (t) => {
  const message = 'Runtime exited with error: signal: killed';
  t.match(await killed(t, 1, 2), { kind: 'exit', errorType: 'Runtime.OutOfMemory', message });
  t.match(await killed(t, 1, 1), { kind: 'exit', errorType: 'Runtime.ExitError', message });
});

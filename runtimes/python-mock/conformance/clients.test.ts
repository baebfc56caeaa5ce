import { dirname } from 'node:path';
import t from 'tap';
import { testClient } from './python-suite.ts';
import { machineMinor, machinePython, pythonIsMissing, pythonOf } from './pythons.ts';

// Several Pythons, each started some thirty times.
t.setTimeout(400_000);

const missing = pythonIsMissing();

t.test('the client of the machine’s Python', { skip: missing }, (t) =>
  testClient(t, { runtime: `python3.${machineMinor}`, client: machineMinor >= 10 ? 4 : 2, minor: machineMinor }),
);

t.test('client 2.x on the machine’s Python', { skip: missing }, async (t) => {
  // In a virtual environment: no other Python can be found from there.
  const environment = t.testdir({
    'pyvenv.cfg': `home = ${dirname(machinePython)}\nversion = 3.${machineMinor}.0\n`,
    bin: { python3: t.fixture('symlink', machinePython) },
  });
  await testClient(t, { runtime: 'python3.8', client: 2, minor: machineMinor, python: `${environment}/bin/python3` });
});

for (const [minor, client] of [
  [9, 2],
  [13, 4],
] as const) {
  const python = missing ? undefined : await pythonOf(minor);
  const skip = missing || (python === undefined && `Python 3.${minor} is not on this machine`);
  t.test(`client ${client}.x on Python 3.${minor}`, { skip }, (t) =>
    testClient(t, { runtime: `python3.${minor}`, client, minor, python }),
  );
}

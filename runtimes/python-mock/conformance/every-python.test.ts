import t from 'tap';
import { testClient } from './python-suite.ts';
import { minors, pythonIsMissing, pythonOf } from './pythons.ts';

const full = process.env.LAMBDA_BOOTSTRAPS_FULL === '1';

t.setTimeout(580_000);

for (const minor of minors) {
  const name = `python3.${minor}`;
  const python = full && !pythonIsMissing() ? await pythonOf(minor) : undefined;
  const skip = !full
    ? `${name} runs only with LAMBDA_BOOTSTRAPS_FULL=1`
    : python === undefined && `Python 3.${minor} is not on this machine`;
  t.test(name, { skip }, (t) => testClient(t, { runtime: name, client: minor >= 10 ? 4 : 2, minor, python }));
}

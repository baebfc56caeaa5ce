import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeMachine } from '../../../conformance/src/node-machine.ts';
import { need } from '../../../tooling/needs.mjs';
import { findPython } from '../src/python-executable.ts';

/** Those that Lambda has or had. */
export const minors = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const;

const oldestMinor = 6;
const assets = fileURLToPath(new URL('../dist/ric', import.meta.url));
const facts = 'import os, sys; print(sys.version_info[1]); print(os.path.realpath(sys.executable))';
const told = spawnSync('python3', ['-c', facts], { encoding: 'utf8' });
const [minor = '', executable = ''] = (told.stdout ?? '').split('\n');

/** The N of the Python 3.N that is `python3` here. */
export const machineMinor = Number(minor);

/** Its executable, behind all links. */
export const machinePython = executable;

/** Why the tests cannot use the machine's Python, or false. */
export function pythonIsMissing(): string | false {
  const missing = need('python');
  if (missing) return missing;
  if (!existsSync(assets)) return 'needs python: with pip, when the package is built';
  return machineMinor >= oldestMinor ? false : `needs Python 3.${oldestMinor} or newer; here is ${minor}`;
}

/** The executable of Python 3.N, where the runtime itself would find it. */
export async function pythonOf(minor: number): Promise<string | undefined> {
  const { host, findExecutable } = nodeMachine;
  const found = await findPython({ files: host.files, taskRoot: nodeMachine.root, findExecutable }, minor);
  return found?.minor === minor ? found.path : undefined;
}

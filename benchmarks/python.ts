import { execFileSync } from 'node:child_process';
import { pythonIsMissing } from '../conformance/src/doors/python-packages.ts';

export interface Python {
  /** The interpreter itself. */
  readonly executable: string;
  /** For example `python3.11`. */
  readonly runtime: string;
}

const question = 'import sys; print(sys.executable, "python%d.%d" % sys.version_info[:2], sep="\\n")';

/** The machine's Python, if the official client runs on it. */
export function findPython(): Python | undefined {
  if (pythonIsMissing()) return undefined;
  const [executable = '', runtime = ''] = execFileSync('python3', ['-c', question], { encoding: 'utf8' }).split('\n');
  return { executable, runtime };
}

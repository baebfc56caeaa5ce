import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { need } from '../../../../tooling/needs.mjs';
import { attach } from '../../build/attach.mjs';
import { bundle } from '../../build/bundle.mjs';
import { engineHere } from '../../build/engine.mjs';

export const executable = fileURLToPath(new URL('../../dist/lambda-bootstraps', import.meta.url));

/** For tap's `skip`: false where the executable was built. */
export const noExecutable: string | false = existsSync(executable)
  ? false
  : need('cargo') || 'needs rust: rustup target add x86_64-unknown-linux-musl, musl-tools or zig, and npm run build';

/** Another program for the same engine, in a file that is good for this run. */
export async function llrtProgram(entry: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'llrt-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program');
  const engine = engineHere();
  attach({ compiler: engine, engine, bundle: await bundle(fileURLToPath(entry), { outfile: `${file}.js` }), file });
  return file;
}

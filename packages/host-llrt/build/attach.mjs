import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';

/**
 * Makes an executable of an engine and a bundle. The engine without a bundle is the compiler (native/src/bundle.rs).
 * @param {{ compiler: string, engine: string, bundle: string, file: string }} parts
 */
export const attach = ({ compiler, engine, bundle, file }) => {
  const made = spawnSync(compiler, [engine, bundle, `${file}.part`], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error(`packages/host-llrt: the bundle could not be attached to ${engine}`);
  renameSync(`${file}.part`, file);
};

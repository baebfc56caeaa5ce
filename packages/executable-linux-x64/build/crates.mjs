import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';
import { workIn } from './work.mjs';

/** @typedef {import('./work.mjs').Work} Work */

const native = fileURLToPath(new URL('../../host-llrt/native', import.meta.url));

/**
 * The crates that are linked in: not those that only the build needs.
 * @param {string} target
 * @returns {Work[]}
 */
export const crates = (target) => {
  const words = ['metadata', '--locked', '--format-version', '1', '--filter-platform', target];
  const metadata = JSON.parse(run('cargo', words, native));
  /** @type {Map<string, any>} */
  const packages = new Map(metadata.packages.map((/** @type {any} */ one) => [one.id, one]));
  /** @type {Map<string, any>} */
  const nodes = new Map(metadata.resolve.nodes.map((/** @type {any} */ node) => [node.id, node]));
  const linked = new Set([metadata.resolve.root]);
  for (const id of linked) {
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      const isNormal = dep_kinds.some((/** @type {any} */ { kind }) => kind === null);
      const isMacro = packages.get(pkg).targets.some((/** @type {any} */ { kind }) => kind.includes('proc-macro'));
      if (isNormal && !isMacro) linked.add(pkg);
    }
  }
  linked.delete(metadata.resolve.root);
  return [...linked].flatMap((id) => {
    const { name, version, license, repository, manifest_path } = packages.get(id);
    const folder = dirname(manifest_path);
    const crate = workIn({ folder, name, version, expression: license, source: repository });
    // The engine itself is a work of its own within its bindings.
    return name === 'rquickjs-sys' ? [crate, quickJs(join(folder, 'quickjs'))] : [crate];
  });
};

/** @param {string} folder */
const quickJs = (folder) => {
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`QJS_VERSION_${part}\\s+(\\d+)`).exec(readFileSync(join(folder, 'quickjs.h'), 'utf8'))?.[1],
  );
  const source = 'https://github.com/quickjs-ng/quickjs';
  return workIn({ folder, name: 'QuickJS-NG', version: version.join('.'), expression: 'MIT', source });
};

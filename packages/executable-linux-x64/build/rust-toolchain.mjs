import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../tooling/workspaces.mjs';
import { chooseLicences, licenceFiles } from './licences.mjs';
import { run } from './run.mjs';

/** @typedef {import('./work.mjs').Work} Work */

/** The parts of Rust itself among its libraries. */
const ofRust =
  /^(alloc|compiler_builtins|core|panic_\w+|proc_macro|profiler_builtins|rustc_std_workspace_\w+|std|std_detect|sysroot|test|unwind)$/;

/** What the toolchain's page of notices leaves out, as crates.io has it. */
const leftOut = new Map([
  ['addr2line', 'Apache-2.0 OR MIT'],
  ['adler2', '0BSD OR MIT OR Apache-2.0'],
  ['memchr', 'Unlicense OR MIT'],
  ['miniz_oxide', 'MIT OR Zlib OR Apache-2.0'],
  ['object', 'Apache-2.0 OR MIT'],
]);

/**
 * What Rust's toolchain links in: the standard library, the crates in that, musl, and LLVM's unwinder.
 * @param {string} target
 * @returns {Work[]}
 */
export const rustToolchain = (target) => {
  const version = run('rustc', ['--version'], root).split(' ')[1] ?? '';
  const rust = { version, source: 'https://github.com/rust-lang/rust', texts: [] };
  return [
    {
      ...rust,
      name: "Rust's standard library",
      licences: ['MIT'],
      holder: 'The Rust Project Developers (https://thanks.rust-lang.org)',
    },
    {
      ...rust,
      name: "Unicode's data in Rust's standard library",
      licences: ['Unicode-3.0'],
      holder: '1991-2024 Unicode, Inc.',
    },
    {
      ...rust,
      name: "LLVM's compiler-rt and libunwind in Rust's toolchain",
      licences: ['Apache-2.0', 'LLVM-exception'],
      holder: 'the LLVM contributors',
    },
    {
      name: 'musl',
      version: '1.2',
      licences: ['MIT'],
      source: 'https://musl.libc.org',
      holder: '2005-2020 Rich Felker and others',
      texts: [],
    },
    ...cratesOfLibrary(target),
  ];
};

/**
 * @param {string} target
 * @returns {Work[]}
 */
const cratesOfLibrary = (target) => {
  const sections = readNotices();
  return readdirSync(join(findSysroot(), 'lib/rustlib', target, 'lib'))
    .map((file) => /^lib(\w+)-[0-9a-f]+\.rlib$/.exec(file)?.[1] ?? '')
    .filter((crate) => crate !== '' && !ofRust.test(crate))
    .map((crate) => {
      const section = sections.get(crate);
      if (section) return crateOf(section);
      const licences = chooseLicences(crate, leftOut.get(crate));
      return { name: crate, version: '', licences, source: `https://crates.io/crates/${crate}`, texts: [] };
    });
};

/** @typedef {{ name: string, version: string, html: string }} Section */

/** The toolchain's page of notices, by the names of the crates' libraries. */
const readNotices = () => {
  const page = readFileSync(join(findSysroot(), 'share/doc/rust/COPYRIGHT-library.html'), 'utf8');
  /** @type {Map<string, Section>} */
  const sections = new Map();
  for (const html of page.split('<h3>').slice(1)) {
    const [, name = '', version = ''] = /^\S+ ([\w-]+?)-(\d[^<]*)<\/h3>/.exec(html) ?? [];
    sections.set(name.replaceAll('-', '_'), { name, version, html });
  }
  return sections;
};

/**
 * @param {Section} section
 * @returns {Work}
 */
const crateOf = ({ name, version, html }) => {
  const licences = chooseLicences(name, /<b>License:<\/b> ([^<]*)</.exec(html)?.[1]);
  const texts = new Map(
    [...html.matchAll(/<code>([^<]*)<\/code><\/summary>\s*<pre>([^<]*)<\/pre>/g)].map(([, file = '', text = '']) => [
      file,
      text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))),
    ]),
  );
  return {
    name,
    version,
    licences,
    source: `https://crates.io/crates/${name}`,
    texts: licenceFiles([...texts.keys()], licences).map((file) => texts.get(file) ?? ''),
  };
};

/**
 * A licence's own text, for works that came without one.
 * @param {string} licence
 */
export const canonicalText = (licence) =>
  readFileSync(join(findSysroot(), 'share/doc/rust/licenses', `${licence}.txt`), 'utf8');

const findSysroot = () => run('rustc', ['--print', 'sysroot'], root).trim();

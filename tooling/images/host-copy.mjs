import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { dockerWithin } from './docker.mjs';

// Bases of what this machine has, made in seconds where no image registry can be reached. They are never published.

/** @typedef {'node' | 'python' | 'ruby' | 'java'} Language */

/** Where Amazon's images have their languages. */
const prefix = 'var/lang';

/** What the Dockerfiles and a test's own commands run. */
const commands = ['sh', 'cat', 'chmod', 'mkdir', 'env', 'id', 'ls'];

/** An interpreter of this machine, with what it loads. @type {Record<Language, (folder: string, command: string) => void>} */
const interpreters = {
  node: (folder, command) => {
    copyProgram(command, join(folder, prefix, 'bin/node'), folder);
    const header = 'include/node/node_version.h';
    const source = join(dirname(dirname(command)), header);
    if (existsSync(source)) cpSync(source, join(folder, prefix, header));
  },

  // It finds its library from where it is itself.
  python: (folder, command) => {
    const ask = 'import sys, sysconfig; print(sys.executable, sysconfig.get_path("stdlib"))';
    const [program = '', library = ''] = output(command, '-c', ask).split(' ');
    copyProgram(program, join(folder, prefix, 'bin/python3'), folder);
    symlinkSync('python3', join(folder, prefix, 'bin', basename(library)));
    const unneeded = ['site-packages', 'test', '__pycache__', 'idlelib', 'tkinter'];
    copyFolder(library, join(folder, prefix, 'lib', basename(library)), folder, unneeded);
  },

  // The places of its library are compiled in.
  ruby: (folder, command) => {
    const ask = 'puts RbConfig.ruby, RbConfig::CONFIG.values_at("rubylibdir", "rubyarchdir", "vendordir")';
    const [program = '', ...libraries] = output(command, '-rrbconfig', '-e', ask).split('\n');
    copyProgram(program, join(folder, program), folder);
    mkdirSync(join(folder, prefix, 'bin'), { recursive: true });
    symlinkSync(program, join(folder, prefix, 'bin/ruby'));
    for (const library of libraries.filter(existsSync)) copyFolder(library, join(folder, library), folder, []);
  },

  java: (folder, command) => {
    const settings = spawnSync(command, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' }).stderr;
    const home = /java\.home = (.*)/.exec(settings)?.[1] ?? '';
    const unneeded = ['jmods', 'legal', 'man', 'docs', 'include', 'ct.sym', 'src.zip'];
    copyFolder(home, join(folder, prefix), folder, unneeded);
    copyLibraries([join(home, 'bin/java')], folder);
  },
};

/**
 * The smallest base that runs functions of a language, or of several: this machine's own interpreters, and a shell.
 * @param {string} image
 * @param {Partial<Record<Language, string>>} languages the command of each
 */
export const importHostCopy = async (image, languages) => {
  const folder = mkdtempSync(join(tmpdir(), 'base-'));
  try {
    for (const name of /** @type {Language[]} */ (Object.keys(languages))) {
      interpreters[name](folder, languages[name] ?? name);
    }
    for (const command of commands) {
      copyProgram(output('sh', '-c', `command -v ${command}`), join(folder, 'bin', command), folder);
    }
    addAccounts(folder);
    await importFolder(folder, image);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/**
 * A program, and the libraries that it is linked with, where it looks for them.
 * @param {string} program
 * @param {string} to
 * @param {string} folder
 */
const copyProgram = (program, to, folder) => {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(program, to, { dereference: true });
  copyLibraries([program], folder);
};

/**
 * A folder, and the libraries that those in it are linked with.
 * @param {string} source
 * @param {string} to
 * @param {string} folder
 * @param {readonly string[]} unneeded
 */
const copyFolder = (source, to, folder, unneeded) => {
  // A link may lead to a file of a package that is not installed.
  const filter = (/** @type {string} */ path) => existsSync(path) && !unneeded.includes(basename(path));
  cpSync(source, to, { recursive: true, dereference: true, filter });
  const files = readdirSync(to, { recursive: true, encoding: 'utf8' });
  copyLibraries(
    files.filter((file) => file.endsWith('.so')).map((file) => join(source, file)),
    folder,
  );
};

/**
 * @param {readonly string[]} linked
 * @param {string} folder
 */
const copyLibraries = (linked, folder) => {
  // It fails for what is linked with nothing, and has told of the others nevertheless.
  const told = linked.length > 0 ? spawnSync('ldd', linked, { encoding: 'utf8' }).stdout : '';
  for (const [, library = ''] of told.matchAll(/^\t(?:\S+ => )?(\/\S+)/gm)) {
    const copy = join(folder, library);
    if (existsSync(copy)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(library, copy, { dereference: true });
  }
};

/** @param {string} folder */
const addAccounts = (folder) => {
  mkdirSync(join(folder, 'etc'), { recursive: true });
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\n');
};

/**
 * @param {string} folder
 * @param {string} image
 */
const importFolder = async (folder, image) => {
  const archive = `${folder}.tar`;
  try {
    execFileSync('tar', ['-cf', archive, '-C', folder, '--owner=0', '--group=0', '.']);
    const imported = await dockerWithin(120, 'import', archive, image);
    if (imported.code !== 0) throw new Error(`docker import: ${imported.stderr}`);
  } finally {
    rmSync(archive, { force: true });
  }
};

/**
 * @param {string} command
 * @param {string[]} words
 */
const output = (command, ...words) => execFileSync(command, words, { encoding: 'utf8' }).trim();

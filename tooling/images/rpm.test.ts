import { existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { executable } from '../../packages/host-llrt/src/testing/executable.ts';
import { need } from '../needs.mjs';
import { removeImages } from './containers.mjs';
import { dockerWithin, noEngine } from './docker.mjs';
import { importDebian, keptDebian } from './local-base.mjs';

// What install-build-tools does by dnf, microdnf and yum: dnf itself under each of the names, with a repository of its own.
t.setTimeout(900_000);

const skip =
  need('full', 'linux') ||
  (existsSync(keptDebian) ? false : 'needs the local base: npm run images -- --local') ||
  (await noEngine(executable));
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const folder = t.testdir({});
const tag = (name: string): string => `lambda-bootstraps-rpm-${name}-${process.pid}`;

/** Without them there is no build image. */
const required = [
  ...['autoconf', 'automake', 'clang', 'cmake', 'gcc-c++', 'git', 'gzip', 'libtool', 'make', 'patch', 'pkgconfig'],
  ...['tar', 'unzip', 'zip'],
];
/** There is no libssh2-devel among them, no gradle, no bundler and no headers of Ruby. */
const others = [
  ...['ImageMagick-devel', 'cairo-devel', 'expat-devel', 'gdbm-devel', 'libcurl-devel', 'libdb-devel', 'libffi-devel'],
  ...['libicu-devel', 'libmpc-devel', 'libxslt-devel', 'lua-devel', 'openssl-devel', 'pcre-devel', 'pcre2-devel'],
  ...['python3-devel', 'python3-pip', 'readline-devel', 'sqlite-devel', 'zlib-devel'],
  ...['awscli', 'docker', 'golang', 'maven'],
];

const jdk = '/usr/lib/jvm/java-17-amazon-corretto/bin';
/** These have files: the compiler, and a `dotnet` that is the SDK's. */
const withFiles = {
  'java-17-amazon-corretto-devel': [`${jdk}/javac`, '/usr/bin/javac'],
  'dotnet-sdk-8.0': ['/usr/bin/dotnet'],
};

/** One source of all packages. */
function spec(): string {
  const names = [...required, ...others, ...Object.keys(withFiles)];
  const packages = names.map((name) => {
    const files = (withFiles as Record<string, readonly string[]>)[name] ?? [];
    return `%package -n ${name}\nSummary: A name\nAutoReqProv: no\n%description -n ${name}\n%files -n ${name}\n${files.join('\n')}\n`;
  });
  const folders = ['/usr/bin', jdk].map((name) => `%{buildroot}${name}`).join(' ');
  return `Name: names
Version: 1
Release: 1
Summary: Names
License: MIT
BuildArch: noarch
%description
${packages.join('')}
%install
mkdir -p ${folders}
printf '#!/bin/sh\\necho the SDK\\n' >%{buildroot}/usr/bin/dotnet
printf '#!/bin/sh\\necho the compiler\\n' >%{buildroot}${jdk}/javac
chmod +x %{buildroot}/usr/bin/dotnet %{buildroot}${jdk}/javac
ln -s ${jdk}/javac %{buildroot}/usr/bin/javac
`;
}

interface Tried {
  readonly code: number | null;
  /** Of the packages that are there at the end. */
  readonly names: readonly string[];
  readonly notices: readonly string[];
  readonly stdout: string;
}

/** Runs commands with dnf under another name, and tells what became of it. */
async function attempt(manager: string, ...commands: readonly string[]): Promise<Tried> {
  const rename = manager === 'dnf' ? [] : [`mv /usr/bin/dnf /usr/bin/${manager}`];
  const script = ['set -e', ...rename, ...commands, "rpm -qa --queryformat 'package %{NAME}\\n'"].join('\n');
  const { code, stdout, stderr } = await dockerWithin(280, 'run', '--rm', tag('names'), 'sh', '-c', script);
  const names = [...stdout.matchAll(/^package (.*)$/gm)].map(([, name = '']) => name);
  const notices = stderr.split('\n').filter((line) => line.startsWith('install-build-tools: '));
  return { code, names, notices, stdout };
}

if (skip) {
  t.test('dnf, microdnf and yum', { skip }, () => {});
} else {
  t.teardown(() => removeImages(['base', 'names'].map(tag)));
  await importDebian(tag('base'));
  await cp(path('fixtures/rpm'), folder, { recursive: true });
  await cp(path('install-build-tools'), join(folder, 'install-build-tools'));
  await writeFile(join(folder, 'packages.spec'), spec());
  const words = ['--network', 'host', '--build-arg', `BASE=${tag('base')}`, '--tag', tag('names'), folder];
  const built = await dockerWithin(280, 'build', ...words);
  if (built.code !== 0) throw new Error(`docker build: ${built.stdout}${built.stderr}`);
  await testManagers();
}

async function testManagers(): Promise<void> {
  for (const manager of ['dnf', 'yum']) {
    await t.test(manager, async (t) => {
      const { code, names, notices, stdout } = await attempt(manager, 'install-build-tools');
      t.equal(code, 0, stdout);
      t.same(
        [...required, ...others].filter((name) => !names.includes(name)),
        ['golang', 'maven'],
        'all but what is of a language',
      );
      t.same(notices, [
        'install-build-tools: WITHOUT libssh2-devel: no package is called so here',
        'install-build-tools: WITHOUT aws-sam-cli: it needs Python 3.9',
      ]);
    });
  }

  await t.test('the tools of a language', async (t) => {
    const java = await attempt('dnf', 'install-build-tools java', 'javac');
    t.match(java, { code: 0, stdout: /^the compiler$/m });
    t.same(
      ['java-17-amazon-corretto-devel', 'maven'].filter((name) => !java.names.includes(name)),
      [],
    );
    t.match(java.notices, [/WITHOUT GRADLE: no package has it here; a project's gradlew fetches it/]);
    const dotnet = await attempt('dnf', 'install-build-tools dotnet', 'dotnet');
    t.match(dotnet, { code: 0, stdout: /^the SDK$/m, notices: [] });
    const go = await attempt('microdnf', 'install-build-tools go');
    t.match(go, { code: 0, notices: [] });
    t.ok(go.names.includes('golang'));
    const ruby = await attempt('dnf', 'rm -rf /usr/include/ruby*', 'install-build-tools ruby');
    t.match(ruby, { code: 0, notices: [/WITHOUT BUNDLER/, /WITHOUT THE HEADERS OF RUBY/] });
  });

  await t.test('what cannot be done without fails, and so does another system', async (t) => {
    const broken = ['rm /repository/noarch/zip-*', 'createrepo_c --quiet /repository', 'install-build-tools'];
    t.not((await attempt('yum', ...broken)).code, 0);
    const none = await attempt('another', 'install-build-tools');
    t.match(none, { code: 1, notices: ['install-build-tools: there is no apt-get, dnf, microdnf or yum'] });
  });
}

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../workspaces.mjs';
import { dockerWithin } from './docker.mjs';

// A base for where no image registry can be reached. It is of this machine, and never published.

const nodeFolder = dirname(dirname(process.execPath));

/** Debian's own interpreters, for what they are good: Python 3.11, Ruby 3.1 and Java 17 on bookworm. */
const debianPackages = ['ca-certificates', 'curl', 'libstdc++6', 'openjdk-17-jre-headless', 'python3', 'ruby'];
const debianSources = '/etc/apt/sources.list.d/debian.sources';

const nodeMajor = Number(process.versions.node.split('.')[0]);
/** What this machine's Node.js runs: Lambda has the even ones. */
export const nodeRuntime = `nodejs${nodeMajor - (nodeMajor % 2)}.x`;

/** What runs on that Debian, of AWS's names: where it has another version than asked, there is a notice. */
export const localRuntimes = [
  nodeRuntime,
  ...['python3.11', 'java17', 'ruby3.2', 'go1.x', 'dotnet8', 'provided.al2023'],
];

/** Where it is kept once it was made. */
export const keptDebian = join(root, '.cache/images/debian.tar');

/** For tap's `skip`: why no Debian can be made here, or false. */
export const noDebian = () => {
  if (!existsSync(debianSources)) return `needs Debian: there is no ${debianSources}`;
  return existsSync('/usr/bin/mmdebstrap') ? false : 'needs mmdebstrap: apt-get install mmdebstrap';
};

/**
 * A Debian with the languages, and this machine's Node.js and npm where Amazon's images have them. The download is kept.
 * @param {string} image
 */
export const importDebian = async (image) => {
  if (!existsSync(keptDebian)) {
    mkdirSync(dirname(keptDebian), { recursive: true });
    const words = ['--variant=minbase', `--include=${debianPackages}`, 'bookworm', `${keptDebian}.part`, debianSources];
    execFileSync('mmdebstrap', ['--format=tar', ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(`${keptDebian}.part`, keptDebian);
  }
  const plain = `${image}-plain`;
  const imported = await dockerWithin(300, 'import', keptDebian, plain);
  if (imported.code !== 0) throw new Error(`docker import: ${imported.stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'base-'));
  try {
    addNode(join(folder, 'lang'));
    // Where the network has a certificate authority of its own, package managers in a container must know it too.
    mkdirSync(join(folder, 'certs/java'), { recursive: true });
    for (const store of ['ca-certificates.crt', 'java/cacerts']) {
      if (existsSync(join(stores, store)))
        cpSync(join(stores, store), join(folder, 'certs', store), { dereference: true });
    }
    writeFileSync(join(folder, 'Dockerfile'), debianDockerfile(plain));
    const built = await dockerWithin(300, 'build', '--quiet', '--tag', image, folder);
    if (built.code !== 0) throw new Error(`docker build: ${built.stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
    await dockerWithin(60, 'rmi', plain);
  }
};

const stores = '/etc/ssl/certs';
const authorities = `${stores}/ca-certificates.crt`;

/** @param {string} base */
const debianDockerfile = (base) => `FROM ${base}
COPY lang/ /var/lang/
COPY certs/ ${stores}/
ENV NODE_EXTRA_CA_CERTS=${authorities} PIP_CERT=${authorities} SSL_CERT_FILE=${authorities}
`;

/** As in the archives of nodejs.org: npm's commands, and the headers that native modules are compiled with. @param {string} folder */
const addNode = (folder) => {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(process.execPath, join(folder, 'bin/node'), { dereference: true });
  for (const part of ['lib/node_modules/npm', 'include/node']) {
    if (existsSync(join(nodeFolder, part))) cpSync(join(nodeFolder, part), join(folder, part), { recursive: true });
  }
  for (const command of ['npm', 'npx']) {
    const script = `#!/bin/sh\nexec node /var/lang/lib/node_modules/npm/bin/${command}-cli.js "$@"\n`;
    writeFileSync(join(folder, 'bin', command), script, { mode: 0o755 });
  }
  mkdirSync(join(folder, 'etc'));
  // Else node-gyp fetches them.
  writeFileSync(join(folder, 'etc/npmrc'), 'nodedir=/var/lang\n');
};

import { spawnSync } from 'node:child_process';

/**
 * What a test may need beyond Node and npm: how to find out whether it is there, and how to get it.
 * @satisfies {Record<string, { there: () => boolean, get: string }>}
 */
const needs = {
  awscli: { there: () => runs('aws', ['--version']), get: 'pip install awscli, or apt-get install awscli' },
  cargo: { there: () => runs('cargo', ['--version']), get: 'bash tooling/ci/setup, or https://rustup.rs' },
  chromium: {
    there: () => runs('/usr/bin/chromium', ['--version']),
    get: 'bash tooling/ci/setup, or apt-get install chromium',
  },
  curl: { there: () => runs('curl', ['--version']), get: 'bash tooling/ci/setup' },
  'docker-engine': {
    there: () => runs('docker', ['info']),
    get: 'bash tooling/images/engine up (root on Debian), or any engine for which `docker info` succeeds',
  },
  dotnet: { there: () => runs('dotnet', ['--list-sdks']), get: 'https://dotnet.microsoft.com/download' },
  full: { there: () => process.env.LAMBDA_BOOTSTRAPS_FULL === '1', get: 'npm run test:full' },
  git: { there: () => runs('git', ['--version']), get: 'apt-get install git' },
  go: { there: () => runs('go', ['version']), get: 'bash tooling/ci/setup, or https://go.dev/dl' },
  java: { there: () => runs('java', ['-version']), get: 'apt-get install openjdk-17-jre-headless' },
  jdk: {
    there: () => runs('javac', ['-version']),
    get: 'bash tooling/ci/setup, or apt-get install default-jdk-headless',
  },
  linux: { there: () => process.platform === 'linux', get: 'a Linux machine' },
  maven: { there: () => runs('mvn', ['--version']), get: 'bash tooling/ci/setup, or apt-get install maven' },
  podman: {
    there: () => runs('podman', ['--version']),
    get: 'apt-get install podman containernetworking-plugins',
  },
  python: {
    there: () => runs('python3', ['--version']),
    get: 'bash tooling/ci/setup, or apt-get install python3 python3-pip',
  },
  ruby: { there: () => runs('ruby', ['--version']), get: 'bash tooling/ci/setup, or apt-get install ruby' },
  rust: { there: () => runs('rustc', ['--version']), get: 'bash tooling/ci/setup, or https://rustup.rs' },
};

/** @typedef {keyof typeof needs} Need */

/**
 * What tooling/ci/setup brings: there, a test that is skipped for one of these is a failure.
 * @type {readonly Need[]}
 */
export const broughtBySetup = ['cargo', 'curl', 'go', 'jdk', 'maven', 'python', 'ruby', 'rust', 'linux'];

/**
 * For tap's `skip` option: false where all of it is there, else why the test can't run and how to make it run.
 *
 *     t.test('a Go function', { skip: need('go') }, async (t) => { … });
 *
 * @param {Need[]} names
 * @returns {string | false}
 */
export const need = (...names) => {
  const missing = names.find((name) => !isThere(name));
  return missing === undefined ? false : `needs ${missing}: ${needs[missing].get}`;
};

/**
 * The need that a skip reason names, if any.
 * @param {string} reason
 */
export const needOf = (reason) => /^needs ([\w-]+):/.exec(reason)?.[1];

/** @type {Map<Need, boolean>} */
const answers = new Map();

/** @param {Need} name */
const isThere = (name) => {
  const known = answers.get(name);
  if (known !== undefined) return known;
  const answer = needs[name].there();
  answers.set(name, answer);
  return answer;
};

/**
 * @param {string} command
 * @param {string[]} args
 */
const runs = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;

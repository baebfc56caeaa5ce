import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';
import { dockerWithin } from './docker.mjs';

/**
 * The two images of a runtime, and an empty folder that any user can read.
 * @typedef {{ run: string, build: string, folder: string }} Images
 */

/**
 * What docker-lambda's README does with its images, by family: the build image makes a function, the run image runs it.
 * Each says what it did, or why it could not; a failure is thrown.
 * @type {Record<string, (images: Images) => Promise<string>>}
 */
export const attempts = {
  nodejs: async (images) => {
    cpSync(fixture('native'), images.folder, { recursive: true });
    cpSync(fixture('native/module'), join(images.folder, 'node_modules/native-answer'), { recursive: true });
    await make(images, '/var/task', 'npm', 'rebuild', '--build-from-source');
    await expect(images, ['index.handler'], '{"answer":42}');
    await packagedBy(images, 'node_modules/native-answer');
    return 'npm rebuild --build-from-source of a native module, index.handler with it; a Dockerfile with npm install and zip';
  },

  'python-mock': async (images) => {
    cpSync(fixture('python'), images.folder, { recursive: true });
    await make(images, '/var/task', 'pip', 'install', '--quiet', '-t', '.', 'idna');
    const event = '{"host":"bücher.example"}';
    await expect(images, ['lambda_function.lambda_handler', event], '{"host":"xn--bcher-kva.example"}');
    const folder = join(images.folder, 'poetry');
    cpSync(fixture('python'), folder, { recursive: true });
    cpSync(fixture('poetry'), folder, { recursive: true });
    const byPoetry = { ...images, folder };
    await make(byPoetry, '/var/task', 'pip', 'download', '--quiet', '--no-deps', '-d', 'wheels', 'idna==3.10');
    await make(byPoetry, '/var/task', 'env', 'POETRY_VIRTUALENVS_IN_PROJECT=1', 'poetry', 'install');
    await expect(byPoetry, ['lambda_function.lambda_handler', event], '{"host":"xn--bcher-kva.example"}');
    await make(images, '/var/task', 'pipenv', '--version');
    return 'pip install -t . idna, poetry install, lambda_function.lambda_handler with each; pipenv --version';
  },

  'java-mock': async (images) => {
    const sources = join(images.folder, 'src/main/java');
    mkdirSync(sources, { recursive: true });
    cpSync(fixture('java/pom.xml'), join(images.folder, 'pom.xml'));
    cpSync(example('java-mock/examples/hello/Hello.java'), join(sources, 'Hello.java'));
    await make(images, '/var/task', 'mvn', '--quiet', '--batch-mode', 'package');
    const classes = { ...images, folder: join(images.folder, 'target/classes') };
    await expect(classes, ['example.Hello', '{"name":"you"}'], '"Hello, you!"');
    const project = { ...images, folder: join(images.folder, 'gradle') };
    cpSync(fixture('gradle'), project.folder, { recursive: true });
    await make(project, '/var/task', 'gradle', '--no-daemon', '--quiet', 'build');
    const built = { ...images, folder: join(project.folder, 'build/classes/java/main') };
    await expect(built, ['example.Shout::shout', '"hello"'], '"HELLO!"');
    return 'mvn package, example.Hello; gradle build, example.Shout::shout';
  },

  ruby: async (images) => {
    cpSync(fixture('gem'), images.folder, { recursive: true });
    mkdirSync(join(images.folder, 'vendor/cache'), { recursive: true });
    const gem = [
      'gem',
      'build',
      '--quiet',
      'native_answer.gemspec',
      '--output',
      '../vendor/cache/native_answer-1.0.0.gem',
    ];
    await make(images, '/var/task', 'sh', '-c', `cd native-answer && ${gem.join(' ')}`);
    await make(images, '/var/task', 'env', 'BUNDLE_PATH=vendor/bundle', 'bundle', 'install', '--local');
    await expect(images, ['lambda_function.lambda_handler'], '{"answer":42}');
    return 'bundle install of a native gem, lambda_function.lambda_handler with it';
  },

  go: async (images) => {
    cpSync(example('go/examples/hello'), images.folder, { recursive: true });
    await make(images, '/go/src/handler', 'go', 'mod', 'download');
    await make(images, '/go/src/handler', 'go', 'build', '-o', 'handler', '.');
    await expect(images, ['handler', '{"name":"you"}'], /^\{"greeting":"Hello you","requestId"/);
    return 'go mod download, go build, handler';
  },

  dotnet: async (images) => {
    const has = await dockerWithin(60, 'run', '--rm', images.build, 'dotnet', '--version');
    if (has.code !== 0) return 'not tried: its base has no .NET';
    cpSync(example('dotnet/examples/hello'), images.folder, { recursive: true });
    await make(images, '/var/task', 'dotnet', 'publish', '-c', 'Release', '-o', 'published');
    await expect(
      { ...images, folder: join(images.folder, 'published') },
      ['bootstrap', '{"name":"you"}'],
      /"name":"you"/,
    );
    return 'dotnet publish, bootstrap';
  },

  provided: async (images) => {
    cpSync(example('provided/examples/bash'), images.folder, { recursive: true });
    for (const tool of tools) await make(images, '/var/task', tool, '--version');
    await make(
      images,
      '/var/task',
      'sh',
      '-c',
      `printf '${includes}' | g++ -fsyntax-only -I/usr/include/libxml2 -x c++ -`,
    );
    await make(images, '/var/task', 'zip', '-9yrq', 'lambda.zip', '.');
    await expect(images, ['handler', '{"name":"you"}'], '{"hello":"from bash","event":{"name":"you"}}');
    return `versions of ${tools.join(', ')}; headers; zip; handler of a bootstrap in bash`;
  },
};

/** What every build image has, and headers of libraries in all. */
const tools = ['aws', 'clang', 'cmake', 'docker', 'g++', 'git', 'sam'];
const headers = [
  'curl/curl',
  'expat',
  'ffi',
  'gdbm',
  'libssh2',
  'libxslt/xslt',
  'openssl/ssl',
  'sqlite3',
  'unicode/ucnv',
];
const includes = headers.map((name) => `#include <${name}.h>\\n`).join('');

/** @param {string} path */
const fixture = (path) => join(root, 'tooling/images/fixtures', path);

/** @param {string} path */
const example = (path) => join(root, 'runtimes', path);

/**
 * `docker run --rm -v "$PWD":/var/task BUILD-IMAGE COMMAND`
 * @param {Images} images
 * @param {string} mounted
 * @param {string[]} command
 */
const make = async ({ build, folder }, mounted, ...command) => {
  const words = ['--rm', '--network', 'host', '-v', `${folder}:${mounted}`, build, ...command];
  const ended = await dockerWithin(240, 'run', ...words);
  if (ended.code !== 0) throw new Error(`docker run ${words.join(' ')}: ${ended.stdout}${ended.stderr}`);
};

/**
 * What a Dockerfile in the folder, made from the build image, has packed.
 * @param {Images} images
 * @param {string} file that has to be in the archive
 */
const packagedBy = async ({ build, folder }, file) => {
  const image = `${build}-packaged`;
  const built = await dockerWithin(
    240,
    'build',
    '--network',
    'host',
    '--build-arg',
    `BUILD=${build}`,
    '-t',
    image,
    folder,
  );
  const listed = await dockerWithin(60, 'run', '--rm', image);
  await dockerWithin(60, 'rmi', '--force', image);
  if (!listed.stdout.split('\n').includes(file)) {
    throw new Error(`docker build of ${folder}: ${built.stdout}${built.stderr}${listed.stdout}${listed.stderr}`);
  }
};

/**
 * `docker run --rm -v "$PWD":/var/task:ro RUN-IMAGE HANDLER EVENT`, read-only as a whole.
 * @param {Images} images
 * @param {string[]} command
 * @param {string | RegExp} result
 */
const expect = async ({ run, folder }, command, result) => {
  const words = ['--rm', '--read-only', '--tmpfs', '/tmp', '-v', `${folder}:/var/task:ro,delegated`, run, ...command];
  const ended = await dockerWithin(120, 'run', ...words);
  const line = ended.stdout.trim().split('\n').at(-1) ?? '';
  const fits = typeof result === 'string' ? line === result : result.test(line);
  if (ended.code !== 0 || !fits) throw new Error(`docker run ${words.join(' ')}: ${ended.stdout}${ended.stderr}`);
};

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
    return 'npm rebuild --build-from-source of a native module, index.handler with it';
  },

  'python-mock': async (images) => {
    cpSync(fixture('python'), images.folder, { recursive: true });
    await make(images, '/var/task', 'pip', 'install', '--quiet', '-t', '.', 'idna');
    const event = '{"host":"bücher.example"}';
    await expect(images, ['lambda_function.lambda_handler', event], '{"host":"xn--bcher-kva.example"}');
    return 'pip install -t . idna, lambda_function.lambda_handler with it';
  },

  'java-mock': async (images) => {
    const sources = join(images.folder, 'src/main/java');
    mkdirSync(sources, { recursive: true });
    cpSync(fixture('java/pom.xml'), join(images.folder, 'pom.xml'));
    cpSync(example('java-mock/examples/hello/Hello.java'), join(sources, 'Hello.java'));
    await make(images, '/var/task', 'mvn', '--quiet', '--batch-mode', 'package');
    const classes = { ...images, folder: join(images.folder, 'target/classes') };
    await expect(classes, ['example.Hello', '{"name":"you"}'], '"Hello, you!"');
    return 'mvn package, example.Hello';
  },

  ruby: async (images) => {
    cpSync(example('ruby/examples/hello'), images.folder, { recursive: true });
    await make(images, '/var/task', 'bundle', '--version');
    await expect(
      images,
      ['lambda_function.lambda_handler', '{"name":"you"}'],
      /^\{"event":\{"name":"you"\},"requestId"/,
    );
    return 'bundle --version, lambda_function.lambda_handler';
  },

  go: async (images) => {
    cpSync(example('go/examples/hello'), images.folder, { recursive: true });
    await make(images, '/go/src/handler', 'go', 'build', '-o', 'handler', '.');
    await expect(images, ['handler', '{"name":"you"}'], /^\{"greeting":"Hello you","requestId"/);
    return 'go build, handler';
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
    for (const tool of ['aws', 'clang', 'cmake', 'g++', 'git']) await make(images, '/var/task', tool, '--version');
    await make(images, '/var/task', 'zip', '-9yrq', 'lambda.zip', '.');
    await expect(images, ['handler', '{"name":"you"}'], '{"hello":"from bash","event":{"name":"you"}}');
    return 'versions of aws, clang, cmake, g++, git; zip; handler of a bootstrap in bash';
  },
};

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

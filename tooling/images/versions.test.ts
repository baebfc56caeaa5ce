import { join } from 'node:path';
import t from 'tap';
import { executable } from '../../packages/host-llrt/src/testing/executable.ts';
import { nodeOf, nodeVersions } from '../../runtimes/nodejs/src/testing/nodes.ts';
import { pythonOf } from '../../runtimes/python-mock/conformance/pythons.ts';
import { need } from '../needs.mjs';
import { buildImage } from './build-image.mjs';
import { removeImages } from './containers.mjs';
import { fillContext, noContext } from './context.mjs';
import { docker, noEngine } from './docker.mjs';
import { importHostCopy } from './host-copy.mjs';
import { type Tag, tags } from './tags.mjs';

// The run image of every tag of Node.js and Python, each on a base that has that version.
t.setTimeout(900_000);

const skip = need('full', 'linux') || noContext() || (await noEngine(executable));
const folder = t.testdir({
  context: {},
  nodejs: { 'index.js': 'exports.handler = async (event) => ({ event, version: process.version });' },
  'python-mock': {
    'lambda_function.py': `
import platform

def lambda_handler(event, context):
    return {"event": event, "version": platform.python_version()}
`,
  },
});
const context = join(folder, 'context');
const tag = (name: string): string => `lambda-bootstraps-versions-${name}-${process.pid}`;
const emulators = { nodejs: tag('nodejs'), 'python-mock': tag('python') };

interface Version extends Tag {
  readonly family: keyof typeof emulators;
  readonly languages: { readonly node?: string; readonly python?: string };
}

if (skip) {
  t.test('run images of every version', { skip }, () => {});
} else {
  t.teardown(() => removeImages(Object.values(emulators)));
  fillContext(context);
  const found = await Promise.all(tags.map(async (one) => ({ ...one, version: await versionOf(one) })));
  for (const { runtime, version } of found) if (version !== undefined) await testVersion(runtime, version);
}

/** With the interpreter of a tag's version; why there is none; undefined for another language. */
async function versionOf(one: Tag): Promise<Version | string | undefined> {
  const { runtime, family } = one;
  if (family === 'nodejs') {
    const version = nodeVersions.find((name) => runtime === `nodejs${Number.parseInt(name, 10)}.x`);
    return version === undefined
      ? `no ${runtime} is known`
      : { ...one, family, languages: { node: await nodeOf(version) } };
  }
  if (family === 'python-mock') {
    const python = await pythonOf(Number(runtime.split('.')[1]));
    return python === undefined ? `there is no ${runtime} here` : { ...one, family, languages: { python } };
  }
  return undefined;
}

async function testVersion(runtime: string, version: Version | string): Promise<void> {
  await t.test(runtime, { skip: typeof version === 'string' ? version : false }, async (t) => {
    const { family, languages } = version as Version;
    const handler = family === 'nodejs' ? 'index.handler' : 'lambda_function.lambda_handler';
    const [base = '', image = ''] = ['base', 'run'].map((name) => tag(`${name}-${runtime}`));
    t.teardown(() => removeImages([base, image]));
    await importHostCopy(base, languages);
    await buildImage({ context, family, target: 'emulator', image: emulators[family] });
    await buildImage({ context, family, target: 'run', image, base, runtime });
    const task = `${join(folder, family)}:/var/task:ro,delegated`;
    const ended = await docker('run', '--rm', '--read-only', '--tmpfs', '/tmp', '-v', task, image, handler, '{"a":1}');
    t.match(ended, { code: 0, stderr: /REPORT RequestId/ }, ended.stderr);
    const answer = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
    t.same(answer.event, { a: 1 });
    const [number = ''] = /\d+(\.\d+)?(?=\.x|$)/.exec(runtime) ?? [];
    t.ok(answer.version.replace('v', '').startsWith(`${number}.`), `${runtime} is run by ${answer.version}`);
  });
}

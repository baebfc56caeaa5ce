import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { executable } from '../../packages/host-llrt/src/testing/executable.ts';
import { need } from '../needs.mjs';
import { attempts } from './attempts.mjs';
import { buildImage, sizeOf } from './build-image.mjs';
import { removeImages } from './containers.mjs';
import { fillContext, noContext } from './context.mjs';
import { noEngine } from './docker.mjs';
import { importDebian, keptDebian, localRuntimes } from './local-base.mjs';
import { tags } from './tags.mjs';

// Run and build images of every family on a local Debian: what docker-lambda's README builds, and then runs.
t.setTimeout(1_800_000);

const skip =
  need('full', 'linux') ||
  noContext() ||
  // Its download alone may take longer than a test.
  (existsSync(keptDebian) ? false : 'needs the local base: npm run images -- --local') ||
  (await noEngine(executable));
const folder = t.testdir({ context: {} });
const tag = (name: string): string => `lambda-bootstraps-every-${name}-${process.pid}`;
const targets = ['emulator', 'run', 'build'] as const;
const chosen = tags.filter(({ runtime }) => localRuntimes.includes(runtime));

const names = ['base', ...chosen.flatMap(({ runtime }) => targets.map((target) => `${target}-${runtime}`))];

if (skip) {
  t.test('images of every family', { skip }, () => {});
} else {
  t.teardown(() => removeImages(names.map(tag)));
  await importDebian(tag('base'));
  const context = join(folder, 'context');
  fillContext(context);
  await t.test('build images make functions, and run images run them', async (t) => {
    for (const { runtime, family } of chosen) {
      const images = { run: tag(`run-${runtime}`), build: tag(`build-${runtime}`), folder: join(folder, runtime) };
      for (const target of targets) {
        const image = tag(`${target}-${runtime}`);
        await buildImage({ context, family, target, image, base: tag('base'), runtime, seconds: 900 });
      }
      await mkdir(images.folder);
      t.ok(await attempts[family]?.(images), runtime);
      const sizes = await Promise.all(
        targets.map(async (target) => `${target} ${await sizeOf(tag(`${target}-${runtime}`))}`),
      );
      t.comment(`${runtime}: MB of ${sizes.join(', ')}`);
    }
  });
}

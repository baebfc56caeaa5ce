// `npm run images`: builds the images of every runtime, or of those that are named, and tries each.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attempts } from './attempts.mjs';
import { buildImage, sizeOf } from './build-image.mjs';
import { architecture, fillContext, noContext } from './context.mjs';
import { docker } from './docker.mjs';
import { importDebian, localRuntimes, noDebian } from './local-base.mjs';
import { tags } from './tags.mjs';

const usage = `usage: npm run images [-- [--local | --base IMAGE] [--context FOLDER] [RUNTIME…]]

Builds lambda-bootstraps/lambda:RUNTIME, :build-RUNTIME and :emulator-LANGUAGE from AWS's base images, and runs docker-lambda's
examples in them.

--local           from a Debian that is made here; the images are lambda-bootstraps/local:… then, and these:
                  ${localRuntimes.join(', ')}.
                  No image registry is asked. It needs mmdebstrap and root.
--base IMAGE      from this one
--context FOLDER  fills an empty folder with what the Dockerfiles copy, and ends
--help            this text`;

const { values, positionals } = parse();
if (values.help) {
  console.log(usage);
  process.exit();
}
const missing = noContext();
if (missing) stop(`npm run images ${missing}`);
if (values.context) {
  mkdirSync(values.context, { recursive: true });
  fillContext(values.context);
} else {
  process.exitCode = (await buildAll()) ? 0 : 1;
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        local: { type: 'boolean' },
        base: { type: 'string' },
        context: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  console.error(message);
  process.exit(2);
}

async function buildAll() {
  const noBase = values.local && noDebian();
  if (noBase) stop(`npm run images -- --local ${noBase}`);
  if ((await docker('info')).code !== 0) stop('npm run images needs a container engine: bash tooling/images/engine up');
  const unknown = positionals.find((name) => !tags.some(({ runtime }) => runtime === name));
  if (unknown) stop(`There is no image for ${unknown}. There are ${tags.map(({ runtime }) => runtime).join(', ')}.`);
  const wanted = positionals.length > 0 ? positionals : values.local ? localRuntimes : tags.map((tag) => tag.runtime);
  const chosen = tags.filter(({ runtime }) => wanted.includes(runtime));

  const work = mkdtempSync(join(tmpdir(), 'images-'));
  try {
    const context = join(work, 'context');
    mkdirSync(context);
    fillContext(context);
    const local = 'lambda-bootstraps/local:debian';
    if (values.local) await importDebian(local);
    const base = values.local ? local : values.base;
    console.log(`| image | base | MB (${architecture}) | tried |\n|---|---|---|---|`);
    let failures = 0;
    for (const tag of chosen) failures += await buildAndTry({ ...tag, base: base ?? tag.base }, context, work);
    console.log(`\n${chosen.length - failures} runtimes passed, ${failures} failed`);
    return failures === 0;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {import('./tags.mjs').Tag} tag
 * @param {string} context
 * @param {string} work
 * @returns {Promise<0 | 1>} failures
 */
async function buildAndTry({ runtime, family, emulator, base }, context, work) {
  const repository = values.local ? 'lambda-bootstraps/local' : 'lambda-bootstraps/lambda';
  const images = {
    emulator: `${repository}:${emulator}`,
    run: `${repository}:${runtime}`,
    build: `${repository}:build-${runtime}`,
  };
  try {
    for (const target of /** @type {const} */ (['emulator', 'run', 'build'])) {
      await buildImage({ context, family, target, image: images[target], base, runtime, seconds: 1800 });
    }
    const folder = join(work, runtime);
    mkdirSync(folder);
    chmodSync(work, 0o755);
    const tried = (await attempts[family]?.({ ...images, folder })) ?? '';
    for (const image of Object.values(images)) {
      console.log(`| ${image} | ${image === images.emulator ? 'scratch' : base} | ${await sizeOf(image)} | ${tried} |`);
    }
    return 0;
  } catch (error) {
    console.log(`| ${images.run} | ${base} | | FAILED |`);
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

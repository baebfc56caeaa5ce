import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { knownRuntimes } from '../../packages/cli/src/known-runtimes.ts';
import { attempts } from './attempts.mjs';
import { tags } from './tags.mjs';

const dockerfileOf = (family: string): string =>
  fileURLToPath(new URL(`../../runtimes/${family}/Dockerfile`, import.meta.url));

t.test('every tag is a runtime of its family, by its own name', async (t) => {
  for (const { runtime, family } of tags) {
    const definition = knownRuntimes().find((one) => one.names.includes(runtime));
    t.equal(definition?.family, family, runtime);
  }
});

t.test('every family has a Dockerfile, made for a runtime that has a tag, and an attempt', async (t) => {
  for (const { family } of knownRuntimes()) {
    t.ok(existsSync(dockerfileOf(family)), family);
    const text = readFileSync(dockerfileOf(family), 'utf8');
    const tag = tags.find(({ base }) => text.includes(`\nARG BASE=${base}\n`));
    t.equal(tag?.family, family, 'the base');
    const runtimes = [...text.matchAll(/^ARG RUNTIME=(.*)$/gm)].map(([, runtime]) => runtime);
    // What has a bootstrap of its own tells nobody what it is.
    t.same(runtimes, family === 'provided' ? [] : [tag?.runtime, tag?.runtime]);
    t.ok(attempts[family]);
  }
});

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

/** What a Dockerfile has from one `FROM` to the next, by the stage's name; without the lines that are the family's own. */
const stagesOf = (family: string): Record<string, readonly string[]> => {
  const [, ...stages] = readFileSync(dockerfileOf(family), 'utf8').split(/^FROM .* AS /m);
  const assets = `COPY runtimes/${family}/ /usr/local/share/lambda-bootstraps/runtimes/${family}/`;
  const own = /^(ARG RUNTIME=|ENV AWS_EXECUTION_ENV=|WORKDIR \/go\/|RUN install-build-tools \w|CMD )/;
  return Object.fromEntries(
    stages.map((stage) => {
      const [name = '', ...lines] = stage.trim().split('\n');
      return [name, lines.filter((line) => line !== assets && !own.test(line))];
    }),
  );
};

t.test('the Dockerfiles differ in nothing but what is the own of a family', async (t) => {
  const stages = stagesOf('nodejs');
  t.same(Object.keys(stages), ['emulator', 'layout', 'run', 'build']);
  for (const { family } of knownRuntimes()) t.same(stagesOf(family), stages, family);
});

t.test('the table of docs/images.md has every tag and its base, and no other', async (t) => {
  const page = readFileSync(new URL('../../docs/images.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| `build-([^`]+)` \| (lambda\/\S+) \|/gm)];
  t.same(
    rows.map(([, run, build, base]) => [run, build, `public.ecr.aws/${base}`]),
    tags.map(({ runtime, base }) => [runtime, runtime, base]),
  );
});

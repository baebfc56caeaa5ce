import t from 'tap';
import { createMemoryHost } from '../testing/memory-host.ts';
import { findExtensions } from './find-extensions.ts';

const { host } = createMemoryHost({
  files: {
    '/low/extensions/a': '',
    '/low/extensions/b': '',
    '/high/extensions/b': '',
    '/high/extensions/folder/inside': '',
    '/own/b': '',
    '/own/c': '',
  },
});
const find = async (layers: readonly string[], extensionsDir?: string) =>
  (await findExtensions(host.files, { layers, extensionsDir })).map(({ name, path }) => [name, path]);

t.test('an upper layer hides what a lower one has', async (t) => {
  t.strictSame(await find(['/low', '/high', '/none']), [
    ['a', '/low/extensions/a'],
    ['b', '/high/extensions/b'],
  ]);
  t.strictSame(await find([]), []);
});

t.test('a folder that is named is above all layers', async (t) => {
  t.strictSame(await find(['/low', '/high'], '/own'), [
    ['a', '/low/extensions/a'],
    ['b', '/own/b'],
    ['c', '/own/c'],
  ]);
  t.strictSame(await find([], '/own'), [
    ['b', '/own/b'],
    ['c', '/own/c'],
  ]);
});

import t from 'tap';
import { unreachedDeclarations } from './declarations.mjs';

t.test('declarations that no export leads to', async (t) => {
  const folder = t.testdir({
    dist: {
      'index.d.ts':
        "export { a } from './a.ts';\nimport type { Out } from 'outside';\nexport type B = import('./b.js').B;",
      'index.d.cts': "export type Library = typeof import('./required.cjs');",
      'a.d.ts': "export * from './deep/c.js';\nexport declare const a: number;",
      'b.d.ts': 'export interface B {}',
      'required.d.cts': '',
      'unused.d.ts': "export { a } from './a.ts';",
      deep: { 'c.d.ts': "import '../index.js';", 'unused.d.mts': '' },
      'index.js': '',
    },
  });
  const exports = { '.': { import: { types: './dist/index.d.ts', default: './dist/index.js' } } };
  const manifest = { name: 'a', types: 'dist/index.d.cts', exports };
  t.same(unreachedDeclarations(folder, manifest).sort(), ['dist/deep/unused.d.mts', 'dist/unused.d.ts']);
  t.same(unreachedDeclarations(folder, { name: 'a', exports: { './gone': { types: './dist/gone.d.ts' } } }).length, 8);
});

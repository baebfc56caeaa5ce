import t from 'tap';
import { loadOpenApi } from './open-api.ts';
import { checkValue } from './schema.ts';

t.test('what is wrong is said of the field, with what would be right', async (t) => {
  const schema = (await loadOpenApi()).schema('FunctionSettings');
  const good = { functionName: 'f', runtime: 'python3.13', taskDir: '.', timeoutMs: 900_000, environment: { A: '' } };
  checkValue(good, schema, '');
  const wrong: [value: unknown, message: RegExp][] = [
    [[], /^the body: it must be an object, not an array\.$/],
    [null, /^the body: it must be an object, not null\.$/],
    [{ ...good, runtime: false }, /^runtime: it must be a text, not false\.$/],
    [{ runtime: 'python3.13', taskDir: '.' }, /^functionName: it is missing\.$/],
    [{ ...good, functionName: 'a b' }, /^functionName: "a b" must match /],
    [{ ...good, functionName: 'a\n' }, /^functionName: "a\n" must match /],
    [{ ...good, timeoutMs: 0 }, /^timeoutMs: 0 is not from 1 to 900000\.$/],
    [{ ...good, timeoutMs: 1.5 }, /^timeoutMs: it must be a whole number, not 1\.5\.$/],
    [{ ...good, timeoutMs: '3' }, /^timeoutMs: it must be a whole number, not the text "3"\.$/],
    [{ ...good, snapStart: 1 }, /^snapStart: it must be true or false, not 1\.$/],
    [{ ...good, systemLogLevel: 'TRACE' }, /^systemLogLevel: it must be DEBUG or INFO or WARN\.$/],
    [{ ...good, layers: 'a' }, /^layers: it must be an array, not the text "a"\.$/],
    [{ ...good, layers: ['a', 1] }, /^layers\[1\]: it must be a text, not 1\.$/],
    [{ ...good, layers: Array(101).fill('a') }, /^layers: it has 101 items and may have 100\.$/],
    [{ ...good, environment: { A: 1 } }, /^environment\.A: it must be a text, not 1\.$/],
    [{ ...good, environment: { 'A-B': '' } }, /^environment, the name "A-B": "A-B" must match /],
    [{ ...good, credentials: { key: '' } }, /^credentials\.key: there is no such field; there are accessKeyId, /],
    [{ ...good, taskDir: '' }, /^taskDir: it is empty\.$/],
    [{ ...good, taskDir: 'a'.repeat(5_000) }, /^taskDir: it has 5000 characters and may have 4096\.$/],
    [{ ...good, nodeVersion: 1 }, /^nodeVersion: there is no such field; there are functionName, runtime, /],
    [
      JSON.parse('{"__proto__":1,"functionName":"f","runtime":"r","taskDir":"."}'),
      /^__proto__: there is no such field/,
    ],
  ];
  for (const [value, message] of wrong) {
    t.throws(() => checkValue(value, schema, ''), { code: 'ERR_INVALID_ARGUMENT', message }, String(message));
  }
});

import t from 'tap';
import { functionNameIn, isFunctionName } from './function-name.ts';

t.test('what names a function', async (t) => {
  const said = {
    orders: 'orders',
    'orders:live': 'orders',
    'orders:$LATEST': 'orders',
    'a.b_c-1': 'a.b_c-1',
    'function:orders': 'orders',
    '123456789012:function:orders': 'orders',
    '123456789012:function:orders:7': 'orders',
    'us-east-1:123456789012:function:orders': 'orders',
    'arn:aws:lambda:us-east-1:123456789012:function:orders': 'orders',
    'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:orders:live': 'orders',
    '': undefined,
    'two words': undefined,
    'arn:aws:s3:::bucket': undefined,
  };
  for (const [words, name] of Object.entries(said)) t.equal(functionNameIn(words), name, words || 'nothing');
});

t.test('what may be one', async (t) => {
  for (const name of ['orders', 'a'.repeat(64)]) t.ok(isFunctionName(name), name);
  for (const name of ['', 'a:b', 'a/b', 'ä', 'a'.repeat(65)]) t.notOk(isFunctionName(name), name || 'nothing');
});

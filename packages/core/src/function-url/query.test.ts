import t from 'tap';
import { queryParameters } from './query.ts';

t.test('parameters are decoded, and what cannot be decoded stays', async (t) => {
  t.strictSame(queryParameters('a=1&b=x%20y+z&a=2&c&&d=e=f&%C3%A4=%E0%A4%A&__proto__=g'), [
    ['a', '1'],
    ['b', 'x y z'],
    ['a', '2'],
    ['c', ''],
    ['d', 'e=f'],
    ['ä', '%E0%A4%A'],
    ['__proto__', 'g'],
  ]);
  t.strictSame(queryParameters(''), []);
});

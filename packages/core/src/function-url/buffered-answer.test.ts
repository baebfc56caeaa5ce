import t from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import type { PayloadVersion } from './answer-head.ts';
import { bufferedAnswer } from './buffered-answer.ts';

const { base64 } = createMemoryHost().host;

const answerOf = (payload: string, version: PayloadVersion = '2.0') => {
  const { status, headers, body } = bufferedAnswer(encodeText(payload), version, base64);
  return { status, headers, body: decodeText(body) };
};
const answerTo = (said: object, version?: PayloadVersion) => answerOf(JSON.stringify(said), version);

t.test('what has no statusCode is itself the body', async (t) => {
  for (const payload of ['"Hello"', '{"message": "Hello"}', '[{"statusCode":404}]', 'null', '0']) {
    const headers = { 'content-type': 'application/json' };
    t.strictSame(answerOf(payload), { status: 200, headers, body: payload });
  }
  t.throws(() => answerOf('"Hello"', '1.0'), { name: 'MalformedAnswer', message: /no statusCode/ });
});

t.test('status, headers, cookies and body', async (t) => {
  const said = {
    statusCode: 201,
    headers: {
      'Content-Type': 'text/html',
      'X-Number': 5,
      'X-Flag': true,
      'Content-Length': '99',
      'Set-Cookie': 'a=1',
    },
    cookies: ['b=2; Max-Age=5', 'c=3'],
    multiValueHeaders: { ignored: ['in 2.0'] },
    body: '<p>ä</p>',
  };
  t.strictSame(answerTo(said), {
    status: 201,
    headers: {
      'content-type': ['text/html'],
      'x-number': ['5'],
      'x-flag': ['true'],
      'set-cookie': ['a=1', 'b=2; Max-Age=5', 'c=3'],
    },
    body: '<p>ä</p>',
  });
  const bare = { status: 404, headers: { 'content-type': ['application/json'] }, body: '' };
  t.strictSame(answerTo({ statusCode: 404 }), bare);
  t.strictSame(answerTo({ statusCode: '404', headers: null, cookies: null, body: null }), bare);
});

t.test('format 1.0 has lists of headers, and no cookies', async (t) => {
  const said = {
    statusCode: 200,
    headers: { 'X-One': 'a', 'X-Both': 'same' },
    multiValueHeaders: { 'x-both': ['same', 'other'], 'Set-Cookie': ['a=1', 'b=2'] },
    cookies: ['ignored=1'],
  };
  t.strictSame(answerTo(said, '1.0').headers, {
    'x-one': ['a'],
    'x-both': ['same', 'other'],
    'set-cookie': ['a=1', 'b=2'],
    'content-type': ['application/json'],
  });
});

t.test('base64 becomes bytes', async (t) => {
  const said = { statusCode: 200, isBase64Encoded: true, body: 'AP+A' };
  t.strictSame([...bufferedAnswer(encodeText(JSON.stringify(said)), '2.0', base64).body], [0, 255, 128]);
});

t.test('a prelude that was gathered', async (t) => {
  t.strictSame(answerOf(`{"statusCode":202,"cookies":["a=1"]}${'\0'.repeat(8)}body\0${'\0'.repeat(9)}`), {
    status: 202,
    headers: { 'set-cookie': ['a=1'], 'content-type': ['application/octet-stream'] },
    body: `body${'\0'.repeat(10)}`,
  });
});

t.test('what is no response says why', async (t) => {
  const wrong: [object | string, RegExp][] = [
    ['not json', /not JSON/],
    ['', /not JSON/],
    [{ statusCode: 'abc' }, /statusCode is "abc"/],
    [{ statusCode: 99 }, /statusCode is 99/],
    [{ statusCode: 101 }, /statusCode is 101/],
    [{ statusCode: 600 }, /statusCode is 600/],
    [{ statusCode: 200.5 }, /statusCode is 200.5/],
    [{ statusCode: null }, /statusCode is null/],
    [{ statusCode: 200, body: { a: 1 } }, /body is not a text/],
    [{ statusCode: 200, body: '?', isBase64Encoded: true }, /not base64/],
    [{ statusCode: 200, headers: 'x' }, /headers is not an object/],
    [{ statusCode: 200, headers: { 'a b': 'x' } }, /"a b" is no name/],
    [{ statusCode: 200, headers: { x: { y: 1 } } }, /x is not a text/],
    [{ statusCode: 200, headers: { x: 'a\r\nb: c' } }, /x has a character/],
    [{ statusCode: 200, headers: { x: '€' } }, /x has a character/],
    [{ statusCode: 200, cookies: 'a=1' }, /cookies is not a list/],
    [{ statusCode: 200, cookies: ['a=1\n'] }, /cookies has a character/],
    [`[]${'\0'.repeat(8)}`, /not an object/],
    [`{${'\0'.repeat(8)}`, /not JSON/],
  ];
  for (const [said, message] of wrong) {
    const payload = typeof said === 'string' ? said : JSON.stringify(said);
    t.throws(() => answerOf(payload), { name: 'MalformedAnswer', message }, payload);
  }
});

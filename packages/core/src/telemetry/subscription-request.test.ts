import t from 'tap';
import { encodeJson, encodeText } from '../bytes.ts';
import { parseSubscription } from './subscription-request.ts';

const rule = { schemas: ['2022-12-13', '2025-01-29'] as const };
const whole = {
  schemaVersion: '2025-01-29',
  types: ['function', 'platform', 'function'],
  destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:4243/a/b?c=d' },
};

t.test('defaults, and what is given', async (t) => {
  t.strictSame(parseSubscription(encodeJson(whole), rule), {
    schema: '2025-01-29',
    types: ['platform', 'function'],
    buffering: { maxBytes: 262_144, maxItems: 10_000, timeoutMs: 1_000 },
    destination: { protocol: 'HTTP', port: 4243, path: '/a/b?c=d', method: 'POST' },
  });
  const buffering = { maxBytes: 1_048_576, maxItems: 1_000, timeoutMs: 25 };
  t.match(parseSubscription(encodeJson({ ...whole, buffering }), rule), { buffering });
  t.match(
    parseSubscription(encodeJson({ types: ['extension'], destination: { protocol: 'TCP', port: 1 } }), {
      ...rule,
      fallback: '2022-12-13',
    }),
    {
      schema: '2022-12-13',
      destination: { protocol: 'TCP', port: 1 },
    },
  );
});

t.test('destinations by HTTP', async (t) => {
  const of = (destination: object) => parseSubscription(encodeJson({ ...whole, destination }), rule);
  const http = (URI: unknown) => of({ protocol: 'HTTP', URI });
  for (const [uri, path] of [
    ['http://sandbox:80', '/'],
    ['HTTP://Sandbox.LocalDomain:80/', '/'],
    ['http://sandbox:80?q', '/?q'],
  ] as const) {
    t.strictSame(
      (http(uri) as { destination: unknown }).destination,
      { protocol: 'HTTP', port: 80, path, method: 'POST' },
      uri,
    );
  }
  t.match(of({ protocol: 'HTTP', URI: 'http://sandbox:80', method: 'PUT', encoding: 'JSON' }), {
    destination: { method: 'PUT' },
  });
  for (const uri of [
    'http://sandbox.localdomain',
    'http://sandbox.localdomain:0',
    'http://sandbox.localdomain:70000',
    'http://sandbox.localdomain:9001',
    'http://example.com:80',
    'http://sandbox.localdomain.example.com:80',
    'http://user@sandbox:80',
    'https://sandbox:80',
    'http://sandbox:80/a b',
    'http://sandbox:80/\r\nX-Header: 1',
    'sandbox:80',
    '',
    ['http://sandbox:80'],
    { toString: 1 },
  ]) {
    t.match(http(uri), /^destination\.URI must be http:\/\/sandbox\.localdomain:PORT\/PATH/, JSON.stringify(uri));
  }
});

t.test('every flaw is named, with what would be right and what is there', async (t) => {
  t.equal(
    parseSubscription(
      encodeJson({
        schemaVersion: '2021-03-18',
        types: ['platform', 'logs'],
        buffering: { maxBytes: 1, maxItems: '1000', timeoutMs: 30_001 },
        destination: { protocol: 'UDP' },
      }),
      rule,
    ),
    [
      'schemaVersion must be "2022-12-13" or "2025-01-29", and is "2021-03-18"',
      'types must be a list of one or more of "platform", "function", "extension", and is "logs"',
      'buffering.maxBytes must be a whole number from 262144 to 1048576, and is 1',
      'buffering.maxItems must be a whole number from 1000 to 10000, and is "1000"',
      'buffering.timeoutMs must be a whole number from 25 to 30000, and is 30001',
      'destination.protocol must be "HTTP" or "TCP", and is "UDP"',
    ].join('; '),
  );
  t.equal(
    parseSubscription(encodeText('{}'), rule),
    [
      'schemaVersion must be "2022-12-13" or "2025-01-29", and is missing',
      'types must be a list of one or more of "platform", "function", "extension", and is missing',
      'destination must be an object with a protocol, and is missing',
    ].join('; '),
  );
  const destination = { protocol: 'HTTP', URI: 'http://sandbox:80', method: 'GET', encoding: 'XML' };
  t.equal(
    parseSubscription(encodeJson({ ...whole, types: [], buffering: 5, destination }), rule),
    [
      'types must be a list of one or more of "platform", "function", "extension", and is []',
      'buffering must be an object, and is 5',
      'destination.method must be "POST" or "PUT", and is "GET"',
      'destination.encoding must be "JSON", and is "XML"',
    ].join('; '),
  );
  t.match(
    parseSubscription(encodeJson({ ...whole, destination: { protocol: 'TCP', port: 9001 } }), rule),
    /^destination\.port must be a port/,
  );
  const long = parseSubscription(encodeJson({ ...whole, schemaVersion: 'x'.repeat(10_000) }), rule);
  t.ok(typeof long === 'string' && long.length < 300, 'what is there is shortened');
});

t.test('a body that is no JSON object', async (t) => {
  for (const body of ['', 'null', '[]', '"x"', '{"a":']) {
    t.match(parseSubscription(encodeText(body), rule), /^the body must be a JSON object/, body);
  }
});

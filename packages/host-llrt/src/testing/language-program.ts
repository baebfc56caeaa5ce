// Prints what may differ between JavaScript engines; language.test.ts runs it on Node and on LLRT.
import { EventStreamCodec } from '@smithy/eventstream-codec';

interface Hosts {
  readonly lambdaBootstrapsNative?: { write(descriptor: number, text: string): void; exit(code: number): void };
  readonly process?: { readonly stdout: { write(text: string): void } };
}

const { lambdaBootstrapsNative: native, process } = globalThis as unknown as Hosts;
const lines: string[] = [];
const tell = (what: string, value: () => unknown): void => {
  let result: unknown;
  try {
    result = value();
  } catch (error) {
    result = `throws ${(error as Error).name}`;
  }
  lines.push(`${what}: ${JSON.stringify(result)}`);
};

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const decoder = new TextDecoder();

tell('date', () => new Date(1_700_000_000_123).toISOString());
tell('date of the log', () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)).toJSON());
tell('date parts', () => [new Date(0).getUTCFullYear(), new Date(1e12).getUTCMonth(), new Date(Number.NaN).getTime()]);
tell('date that is none', () => new Date(Number.NaN).toISOString());

tell('utf-8 in', () => decoder.decode(bytes(0x67, 0xc3, 0xbc, 0xe4, 0xb8, 0x96, 0xf0, 0x9f, 0x8e, 0x88)));
tell('utf-8 that is none', () => decoder.decode(bytes(0x61, 0xff, 0x62, 0xc3, 0xe4, 0xb8, 0x63, 0xed, 0xa0, 0x80)));
tell('byte order mark', () => decoder.decode(bytes(0xef, 0xbb, 0xbf, 0x61)));
tell('fatal', () => new TextDecoder('utf-8', { fatal: true }).decode(bytes(0xff)));
tell('part of a buffer', () => decoder.decode(bytes(1, 97, 98, 2).subarray(1, 3)));
tell('utf-8 out', () => [...new TextEncoder().encode('aü世🎈\u0000')]);
const codec = new EventStreamCodec(
  (coded) => (typeof coded === 'string' ? coded : decoder.decode(coded)),
  (text) => new TextEncoder().encode(text),
);
const message = (body: Uint8Array) => ({ headers: { ':event-type': { type: 'string' as const, value: 'ü' } }, body });
tell('event stream', () => [...codec.encode(message(bytes(0, 1, 255)))]);
tell('event stream, large', () => [...codec.encode(message(new Uint8Array(100_000).fill(7))).subarray(-4)]);
tell('event stream, read', () => [...codec.decode(codec.encode(message(bytes(1, 2)))).body]);

tell('nothing', () => [decoder.decode(new Uint8Array(0)), new TextEncoder().encode('').length]);

tell('JSON of odd texts', () => JSON.stringify({ a: '\u2028\u007f\ud800 <&>"\\\n', b: undefined, c: [undefined] }));
tell('JSON of numbers', () => [1e21, -0, 1.5e300, 0.1 + 0.2, 123456789012345680000, 5e-324, 1e-7, Number.MAX_VALUE]);
tell('JSON with dates', () => JSON.stringify({ at: new Date(0) }));
tell('JSON that is none', () => JSON.parse('{"a":1,}'));
tell('JSON of repeated keys', () => JSON.parse('{"a":1,"a":2,"__proto__":3}'));
tell('JSON, indented', () => JSON.stringify({ a: [1, {}], b: {} }, undefined, 2));
tell('a large JSON', () => JSON.stringify(JSON.parse(JSON.stringify({ long: 'ä'.repeat(1_000_000) }))).length);

tell('named groups', () => /^(?<year>\d{4})-(?<rest>.*)$/su.exec('2026-\n')?.groups?.rest);
tell('look-behind', () => 'a1b22'.match(/(?<=[a-z])\d+/g));
tell('unicode', () => [/^\p{L}+$/u.test('grüße'), /^.$/u.test('🎈'), /[\w-]+/i.exec('ſ-K')?.[0]]);
tell('sticky and indices', () => ['aXbX'.replaceAll(/X/g, '-'), 'a,b'.split(/,/), /b/d.exec('ab')?.indices?.[0]]);
tell('replace', () => 'a$b'.replace('$', '$$&').replace(/b/, (found) => found.toUpperCase()));
tell('trim', () => ['\ufeff a\u00a0\n'.trim(), 'x'.padStart(3, 'ab'), 'ß'.toUpperCase(), 'İ'.toLowerCase().length]);

tell('numbers', () => [
  (1.005).toFixed(2),
  (1e21).toFixed(2),
  (0.000001234).toString(),
  (255).toString(16),
  (0.5).toFixed(0),
]);
tell('fixed', () => [0.125, 34.785, 2.345, 3000, 1.45].map((value) => value.toFixed(2)));
tell('parsing', () => [
  Number(' 12 '),
  Number('0x1f'),
  Number('1_0'),
  Number(''),
  Number.parseInt('12px', 10),
  Number('1e3'),
]);
tell('sorting', () => [3, 1, 2, 10].sort().concat([...'cab'].sort().map((letter) => letter.charCodeAt(0))));
tell('sorting is stable', () => Array.from({ length: 600 }, (_, n) => [n % 3, n]).sort((a, b) => a[0]! - b[0]!)[201]);
tell('order of keys', () => Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }));
tell('arrays', () => [
  [1, 2, 3].at(-1),
  [3, 1].toSorted(),
  [1, 2].with(0, 9),
  [1, [2, [3]]].flat(9),
  [1, 2].findLast(Boolean),
]);
tell('errors', () => {
  const cause = new RangeError('inner');
  const error = new Error('outer', { cause });
  return [
    String(error),
    error.name,
    (error.cause as Error).message,
    typeof error.stack,
    new AggregateError([cause]).errors.length,
  ];
});
tell('maps', () =>
  [
    ...new Map([
      ['b', 1],
      ['a', 2],
    ]).entries(),
  ].concat([...new Set(['x', 'x'])].map((one) => [one, 0])),
);
tell('big integers', () => String(2n ** 70n));
tell('private and static', () => {
  class One {
    static readonly made = new One();
    #value = 1;
    static has(one: object): boolean {
      return #value in one && One.made.#value === 1;
    }
  }
  return [One.has(new One()), One.has({})];
});
tell('uri', () => [decodeURIComponent('a%20%C3%BC'), encodeURIComponent('ü /?'), decodeURIComponent('%E0%A4%A')]);

// The order of what is asynchronous.
const order: string[] = [];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
setTimeout(() => order.push('timer 30'), 30);
setTimeout(() => order.push('timer 5'), 5);
const cancelled = setTimeout(() => order.push('cancelled'), 10);
clearTimeout(cancelled);
Promise.resolve().then(() => order.push('microtask'));
queueMicrotask(() => order.push('queued'));
order.push('now');
(async () => {
  try {
    await Promise.reject(new Error('handled'));
  } catch {
    order.push('caught');
  } finally {
    order.push('finally');
  }
})();
async function* numbers(): AsyncGenerator<number> {
  try {
    yield 1;
    yield 2;
  } finally {
    order.push('generator left');
  }
}
for await (const number of numbers()) {
  order.push(`number ${number}`);
  break;
}
await pause(80);
// A rejection that somebody handles, if late, is no defect.
const late = Promise.reject(new Error('handled late'));
await Promise.resolve();
await late.catch(() => order.push('late'));
await pause(20);
tell('order', () => order);

const text = `${lines.join('\n')}\n`;
if (native) {
  native.write(1, text);
  native.exit(0);
} else {
  process?.stdout.write(text);
}

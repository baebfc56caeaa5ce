import t from 'tap';
import { encodeText } from '../bytes.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { eventBody } from './event-body.ts';

const { base64 } = createMemoryHost().host;

t.test('text types stay text, all others are base64', async (t) => {
  const bodies: [string | undefined, boolean][] = [
    ['text/plain', false],
    ['Text/HTML; charset=utf-8', false],
    ['application/json', false],
    ['application/json;charset=utf-8', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
    ['image/png', true],
    ['', true],
    [undefined, true],
  ];
  for (const [contentType, isBase64Encoded] of bodies) {
    const body = eventBody(encodeText('a=ä'), contentType, base64);
    t.strictSame(body, { text: isBase64Encoded ? 'YT3DpA==' : 'a=ä', isBase64Encoded }, String(contentType));
  }
});

t.test('nothing is lost of bytes that are no UTF-8, nor of a byte order mark', async (t) => {
  const bytes = Uint8Array.of(0x1f, 0x8b, 0xff);
  t.strictSame(eventBody(bytes, 'application/json', base64), { text: 'H4v/', isBase64Encoded: true });
  const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  t.strictSame(eventBody(marked, 'text/plain', base64), { text: '\ufeffa', isBase64Encoded: false });
});

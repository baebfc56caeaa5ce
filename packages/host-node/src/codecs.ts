import { type Base64Codec, byteOrderMarkFlaw, type JsonCodec } from '@lambda-bootstraps/core';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const nodeJson: JsonCodec = {
  flaw(bytes) {
    const mark = byteOrderMarkFlaw(bytes);
    if (mark) return mark;
    try {
      JSON.parse(strictUtf8.decode(bytes));
      return undefined;
    } catch (error) {
      return error instanceof SyntaxError ? error.message : 'it is not text in UTF-8';
    }
  },
};

const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

export const nodeBase64: Base64Codec = {
  encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  decode(text) {
    const clean = text.trim();
    // Node skips what is no base64; a caller's typing error should be told instead.
    return base64Pattern.test(clean) && clean.replace(/=+$/, '').length % 4 !== 1
      ? Buffer.from(clean, 'base64')
      : undefined;
  },
};

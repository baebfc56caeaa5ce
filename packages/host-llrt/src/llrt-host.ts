import { byteOrderMarkFlaw, type Host } from '@lambda-bootstraps/core';
import { llrtClock } from './clock.ts';
import { llrtFiles } from './files.ts';
import { llrtHttp } from './http-server.ts';
import { native } from './native.ts';
import { llrtTcp } from './tcp.ts';

/** The core's host on LLRT. */
export const llrtHost: Host = {
  clock: llrtClock,
  http: llrtHttp,
  tcp: llrtTcp,
  files: llrtFiles,
  json: { flaw: (bytes) => byteOrderMarkFlaw(bytes) ?? native.jsonFlaw(bytes) },
  base64: { encode: (bytes) => native.base64Encode(bytes), decode: (text) => native.base64Decode(text) },
  randomId: () => native.randomId(),
  architecture: native.architecture,
  isInit: native.processId === 1,
};

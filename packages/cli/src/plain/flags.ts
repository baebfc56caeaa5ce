import type { FlagDefinition } from '../flags.ts';

const flags = {
  runtime: { takes: 'a runtime identifier such as nodejs22.x' },
  'task-dir': { takes: "the function's folder" },
  env: { takes: 'NAME=VALUE or NAME', repeatable: true, short: 'e' },
  'env-file': { takes: 'a file of NAME=VALUE lines', repeatable: true },
  timeout: { takes: 'a number of seconds' },
  memory: { takes: 'a number of MB' },
  layer: { takes: "a layer's folder", repeatable: true },
  'function-name': { takes: 'a name' },
  'snap-start': {},
  'log-format': { takes: 'Text or JSON' },
  'system-log-level': { takes: 'DEBUG, INFO or WARN' },
  help: { short: 'h' },
  version: { short: 'v' },
} satisfies Record<string, FlagDefinition>;

export const invokeFlags = flags;

const urlFlags = {
  'url-port': { takes: 'a port number' },
  'url-payload': { takes: '2.0 or 1.0' },
  'url-invoke-mode': { takes: 'BUFFERED or RESPONSE_STREAM' },
  'url-cors': { takes: 'an origin, or *', repeatable: true },
  'url-cors-methods': { takes: 'methods, separated by commas, or *' },
  'url-cors-headers': { takes: 'names of request headers, separated by commas, or *' },
  'url-cors-expose': { takes: 'names of response headers, separated by commas, or *' },
  'url-cors-credentials': {},
  'url-cors-max-age': { takes: 'a number of seconds' },
} satisfies Record<string, FlagDefinition>;

const listenFlags = {
  port: { takes: 'a port number', short: 'p' },
  host: { takes: 'an address to listen on' },
} satisfies Record<string, FlagDefinition>;

export const serveFlags = {
  ...flags,
  ...urlFlags,
  ...listenFlags,
  url: {},
  'no-inspector': {},
  details: {},
  concurrency: { takes: 'a number of environments' },
} satisfies Record<string, FlagDefinition>;

export const controlFlags = {
  ...listenFlags,
  token: { takes: 'a secret' },
  help: { short: 'h' },
  version: { short: 'v' },
} satisfies Record<string, FlagDefinition>;

export const urlFlagNames = Object.keys(urlFlags) as (keyof typeof urlFlags)[];

export type PlainFlag = keyof typeof serveFlags;

export type ControlFlag = keyof typeof controlFlags;

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

export const serveFlags = {
  ...flags,
  port: { takes: 'a port number', short: 'p' },
  host: { takes: 'an address to listen on' },
  concurrency: { takes: 'a number of environments' },
} satisfies Record<string, FlagDefinition>;

export type PlainFlag = keyof typeof serveFlags;

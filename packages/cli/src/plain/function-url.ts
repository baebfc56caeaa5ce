import {
  createFunctionUrl,
  type FunctionUrlCors,
  type FunctionUrlOptions,
  fail,
  type HttpServer,
  type Sandbox,
} from '@lambda-bootstraps/core';
import { maxAgeRule, parseNumber, portRule } from '../numbers.ts';
import type { Program } from '../program.ts';
import type { PlainFlags } from './configure.ts';
import { type PlainFlag, urlFlagNames } from './flags.ts';

export interface UrlSettings extends Pick<FunctionUrlOptions, 'payloadVersion' | 'invokeMode' | 'cors'> {
  readonly port: number;
}

/**
 * What the flags say of a function URL; nothing without `--url`.
 * @throws LambdaBootstrapsError ERR_INVALID_ARGUMENT, ERR_INVALID_CHOICE, ERR_INVALID_NUMBER
 */
export function urlSettings(flags: PlainFlags): UrlSettings | undefined {
  if (!flags.has('url')) {
    requireFlag(flags, 'url', urlFlagNames);
    return undefined;
  }
  return {
    port: parseNumber('--url-port', flags.value('url-port') ?? '9002', portRule),
    payloadVersion: choice(flags, 'url-payload', ['2.0', '1.0']),
    invokeMode: choice(flags, 'url-invoke-mode', ['BUFFERED', 'RESPONSE_STREAM']),
    cors: corsOf(flags),
  };
}

/** Opens the listener. @throws LambdaBootstrapsError ERR_PORT_IN_USE and its neighbours, naming the flags */
export function openUrl(
  program: Program,
  sandbox: Sandbox,
  { port, ...settings }: UrlSettings,
  options: { readonly address: string; readonly notice: (sentence: string) => void },
): Promise<HttpServer> {
  const { host } = program;
  const handle = createFunctionUrl({ ...settings, host, sandbox, notice: options.notice });
  const { address } = options;
  return host.http.listen({ address, port, source: '--url-port', addressSource: '--host' }, handle);
}

function corsOf(flags: PlainFlags): FunctionUrlCors | undefined {
  const allowOrigins = flags.values('url-cors');
  if (allowOrigins.length === 0) {
    const parts = urlFlagNames.filter((name) => name.startsWith('url-cors-'));
    requireFlag(flags, 'url-cors', parts);
    return undefined;
  }
  for (const origin of allowOrigins) {
    if (origin !== '*' && !/^[a-z][a-z0-9+.-]*:\/\/[^/]+$/i.test(origin)) {
      const right = 'write an origin, for example https://example.com or http://localhost:3000, or *';
      throw fail('ERR_INVALID_ARGUMENT', `--url-cors ${origin}`, right);
    }
  }
  const maxAge = flags.value('url-cors-max-age');
  return {
    allowOrigins,
    allowMethods: listOf(flags, 'url-cors-methods'),
    allowHeaders: listOf(flags, 'url-cors-headers'),
    exposeHeaders: listOf(flags, 'url-cors-expose'),
    allowCredentials: flags.has('url-cors-credentials'),
    ...(maxAge !== undefined && { maxAgeSeconds: parseNumber('--url-cors-max-age', maxAge, maxAgeRule) }),
  };
}

function requireFlag(flags: PlainFlags, needed: PlainFlag, dependents: readonly PlainFlag[]): void {
  const alone = dependents.find((name) => flags.has(name));
  if (alone !== undefined) throw fail('ERR_INVALID_ARGUMENT', `--${alone}`, `it needs --${needed}`);
}

function choice<Choice extends string>(flags: PlainFlags, name: PlainFlag, choices: readonly [Choice, Choice]): Choice {
  const value = flags.value(name) ?? choices[0];
  const found = choices.find((one) => one === value);
  if (found === undefined) throw fail('ERR_INVALID_CHOICE', `--${name}`, value, choices.join(' or '));
  return found;
}

const listOf = (flags: PlainFlags, name: PlainFlag): readonly string[] =>
  (flags.value(name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

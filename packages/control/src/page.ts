import { fail, type HttpReply, type HttpRequest } from '@lambda-bootstraps/core';
import { commonHeaders } from './answers.ts';
import { findRoute } from './router.ts';

/** A page's files by their paths below its folder. */
export type PageFiles = ReadonlyMap<string, { readonly contentType: string; readonly bytes: Uint8Array }>;

const folder = '/_inspector';

/** The page below `/_inspector/`. Its files are found by their names alone: nothing on the disk can be asked for. */
export class InspectorPage {
  readonly #load: (() => Promise<PageFiles>) | undefined;
  #files: Promise<PageFiles> | undefined;

  /** @param load called when the page is first asked for */
  constructor(load: (() => Promise<PageFiles>) | undefined) {
    this.#load = load;
  }

  /** @throws LambdaBootstrapsError ERR_UNKNOWN_ROUTE, ERR_METHOD_NOT_ALLOWED */
  async answer({ method, path }: HttpRequest, reply: HttpReply): Promise<void> {
    const name = this.#load && nameOf(path);
    if (name === undefined) throw fail('ERR_UNKNOWN_ROUTE', path.slice(0, 200));
    this.#files ??= this.#load!();
    const file = (await this.#files).get(name);
    if (!file && path !== folder) throw fail('ERR_UNKNOWN_ROUTE', path.slice(0, 200));
    findRoute({ '': { GET: true } }, method, '', path);
    // What the page names is named from its folder.
    if (!file) return reply.send(308, { ...headers, Location: `${folder}/` }, '');
    reply.send(200, { ...headers, 'Content-Type': file.contentType }, file.bytes);
  }
}

/** What a path names below the folder, as it was sent. */
function nameOf(path: string): string | undefined {
  if (path === folder) return '';
  if (!path.startsWith(`${folder}/`)) return undefined;
  return path.slice(folder.length + 1) || 'index.html';
}

/** It may load nothing from elsewhere and stand in no other page. */
const headers: Readonly<Record<string, string>> = {
  ...commonHeaders,
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

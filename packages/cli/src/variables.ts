import { decodeText, fail } from '@lambda-bootstraps/core';

type Lookup = Readonly<Record<string, string | undefined>>;

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * One `NAME=VALUE`, or `NAME` for the caller's own value (left out when the caller has none), as in `docker run --env`.
 * @throws LambdaBootstrapsError ERR_INVALID_ENVIRONMENT_ENTRY
 */
export function parseVariable(source: string, entry: string, caller: Lookup): Record<string, string> {
  const mark = entry.indexOf('=');
  const name = mark < 0 ? entry : entry.slice(0, mark);
  if (!namePattern.test(name)) throw fail('ERR_INVALID_ENVIRONMENT_ENTRY', source, entry);
  const value = mark < 0 ? caller[name] : entry.slice(mark + 1);
  return value === undefined ? {} : { [name]: value };
}

/** The lines of an env file: `#` comments, an `export ` in front, and quotes around a value are understood. */
export function parseEnvFile(source: string, bytes: Uint8Array, caller: Lookup): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const raw of decodeText(bytes).split(/\r?\n/)) {
    const line = raw.trim().replace(/^export\s+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const entry = line.replace(/^(\w+)\s*=\s*/, '$1=');
    for (const [name, value] of Object.entries(parseVariable(source, entry, caller))) {
      // The caller's own value (NAME alone) is no text of this file.
      variables[name] = entry.includes('=') ? unquote(value) : value;
    }
  }
  return variables;
}

function unquote(value: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(value);
  if (double) return double[1]!.replace(/\\(["\\nrt])/g, (_, character: string) => escapes[character]!);
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(value);
  if (single) return single[1]!;
  return value.replace(/\s+#.*$/, '');
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };

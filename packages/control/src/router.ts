import { fail } from '@lambda-bootstraps/core';
import { withHeaders } from './answers.ts';

/** The routes below a base, such as `/v1`. `{name}` stands for one part of a path. */
export type Routes<Answer> = Readonly<Record<string, Readonly<Record<string, Answer>>>>;

export interface FoundRoute<Answer> {
  readonly answer: Answer;
  /** What stands for `{name}`, decoded; empty where the route has none. */
  readonly name: string;
}

/**
 * @param path below the base, as it was sent, for example `/functions/a/invoke`
 * @throws LambdaBootstrapsError ERR_UNKNOWN_ROUTE, ERR_METHOD_NOT_ALLOWED
 */
export function findRoute<Answer>(
  routes: Routes<Answer>,
  method: string,
  path: string,
  shownPath: string,
): FoundRoute<Answer> {
  const parts = path.split('/');
  for (const [pattern, methods] of Object.entries(routes)) {
    const name = match(pattern.split('/'), parts);
    if (name === undefined) continue;
    // Node.js leaves the body of an answer to HEAD away.
    const answer = methods[method === 'HEAD' ? 'GET' : method];
    if (answer !== undefined) return { answer, name };
    const allowed = Object.keys(methods).join(', ');
    throw withHeaders(fail('ERR_METHOD_NOT_ALLOWED', shownPath.slice(0, 200), method, allowed), { Allow: allowed });
  }
  throw fail('ERR_UNKNOWN_ROUTE', shownPath.slice(0, 200));
}

function match(pattern: readonly string[], parts: readonly string[]): string | undefined {
  if (pattern.length !== parts.length) return undefined;
  let name = '';
  for (const [index, word] of pattern.entries()) {
    const part = parts[index]!;
    if (word === '{name}') name = decoded(part);
    else if (word !== part) return undefined;
  }
  return name;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

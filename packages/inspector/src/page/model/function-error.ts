import type { Invocation } from './invocation.ts';
import { isFailure, statusOf } from './invocation.ts';

export interface FunctionError {
  readonly type: string;
  readonly message: string;
  /** As the runtime wrote them, the innermost call first. */
  readonly stack: readonly string[];
  readonly cause: FunctionError | undefined;
}

/** What went wrong, from the payload that the caller got; undefined for a success. */
export function functionErrorOf(invocation: Invocation): FunctionError | undefined {
  const { outcome, report } = invocation;
  if (outcome === undefined || !isFailure(statusOf(invocation))) return undefined;
  const parsed = parseFunctionError(outcome.payload ?? '');
  if (parsed) return parsed;
  const type = outcome.errorType ?? report?.errorType ?? 'Error';
  return { type, message: outcome.message ?? report?.failure ?? outcome.payload ?? '', stack: [], cause: undefined };
}

/** The error that a payload is; undefined for one that is none. */
export function parseFunctionError(payload: string): FunctionError | undefined {
  try {
    return parseError(JSON.parse(payload), 0);
  } catch {
    return undefined;
  }
}

const deepestCause = 5;

/** Each language's client has names of its own for the stack and for the cause. */
function parseError(value: unknown, depth: number): FunctionError | undefined {
  if (typeof value !== 'object' || value === null || depth > deepestCause) return undefined;
  const { errorType, errorMessage, trace, stackTrace, stack, cause } = value as Record<string, unknown>;
  if (typeof errorType !== 'string' && typeof errorMessage !== 'string') return undefined;
  const lines = [trace, stackTrace, stack].find(Array.isArray) ?? [];
  return {
    type: typeof errorType === 'string' ? errorType : 'Error',
    message: typeof errorMessage === 'string' ? errorMessage : '',
    stack: lines.flatMap(frames),
    cause: parseError(cause, depth + 1),
  };
}

/** Node.js, Ruby and .NET send lines, Python lines of lines, Java lines, Go objects. */
function frames(entry: unknown): string[] {
  if (typeof entry === 'string') return entry.replace(/\n+$/, '').split('\n');
  if (Array.isArray(entry)) return [entry.join(' ')];
  if (typeof entry !== 'object' || entry === null) return [];
  const { path, line, label } = entry as Record<string, unknown>;
  return [`${label ?? ''} (${path ?? ''}:${line ?? ''})`];
}

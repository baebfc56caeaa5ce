import type { Clock, Host } from '../host.ts';
import type { FunctionConfig } from './function-config.ts';

/** One event for the function, with everything that its context will show. Frozen; bodies stay bytes. */
export interface Invocation {
  readonly requestId: string;
  /** JSON text in UTF-8, as the caller sent it. */
  readonly payload: Uint8Array;
  readonly invokedFunctionArn: string;
  readonly traceId: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
  /** JSON text with cognitoIdentityId and cognitoIdentityPoolId. */
  readonly cognitoIdentity?: string | undefined;
  readonly tenantId?: string | undefined;
  /** The caller wants its answer when the runtime is done, and does not wait for extensions that go on. */
  readonly answerEarly?: boolean | undefined;
  /** Receives the answer while it is being made; without one it is gathered and given in the outcome. */
  readonly sink?: ResponseSink | undefined;
}

export interface ResponseSink {
  /** Called before the first chunk. */
  begin(head: { readonly contentType: string | undefined }): void;
  /** Resolves when more may come: this is the back-pressure on the runtime. */
  write(chunk: Uint8Array): Promise<void>;
}

/** An invocation of which only the payload must be given. */
export type InvocationInput = { readonly payload: Uint8Array } & {
  readonly [Name in Exclude<keyof Invocation, 'payload'>]?: Invocation[Name] | undefined;
};

const emptyEvent = new TextEncoder().encode('{}');

/** Completes what the caller left out: a fresh request id and trace id, the function's ARN, `{}` for no payload. */
export function createInvocation(
  input: InvocationInput,
  config: FunctionConfig,
  host: Pick<Host, 'randomId' | 'clock'>,
): Invocation {
  return Object.freeze({
    ...input,
    payload: input.payload.length > 0 ? input.payload : emptyEvent,
    requestId: input.requestId ?? host.randomId(),
    traceId: input.traceId || freshTraceId(host.clock, host.randomId),
    invokedFunctionArn: input.invokedFunctionArn ?? config.invokedFunctionArn,
  });
}

/** A root of its own and not sampled, as an untraced caller's invocation gets ("X-Ray tracing header"). */
export function freshTraceId(clock: Pick<Clock, 'now'>, randomId: () => string): string {
  const seconds = Math.floor(clock.now() / 1000)
    .toString(16)
    .padStart(8, '0');
  const digits = (randomId() + randomId()).replaceAll('-', '');
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${digits.slice(32, 48)};Sampled=0`;
}

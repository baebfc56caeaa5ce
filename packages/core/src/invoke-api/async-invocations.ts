import { decodeText } from '../bytes.ts';
import { LambdaBootstrapsError } from '../errors.ts';
import type { Invocation } from '../function/invocation.ts';
import { renderOutcome } from '../function/render-outcome.ts';
import type { Host } from '../host.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** The service waits one and two minutes; who tests a function does not want to. */
const defaultRetryDelaysMs: readonly number[] = [1_000, 2_000];

/** How long an invocation waits that found the queue full; the service retries those for hours and counts no attempt. */
const throttledDelayMs = 500;

/**
 * Invocations of type Event: taken at once, run when there is room, run again twice when they fail ("Asynchronous
 * invocation": error handling). All attempts have the same request id, as on the service.
 */
export class AsyncInvocations {
  readonly #sandbox: Sandbox;
  readonly #host: Pick<Host, 'clock'>;
  readonly #delaysMs: readonly number[];
  readonly #notice: (sentence: string) => void;

  constructor(options: {
    readonly host: Pick<Host, 'clock'>;
    readonly sandbox: Sandbox;
    readonly retryDelaysMs?: readonly number[];
    readonly notice?: (sentence: string) => void;
  }) {
    this.#sandbox = options.sandbox;
    this.#host = options.host;
    this.#delaysMs = options.retryDelaysMs ?? defaultRetryDelaysMs;
    this.#notice = options.notice ?? (() => undefined);
  }

  accept(invocation: Invocation): void {
    void this.#attempt(invocation, 1);
  }

  async #attempt(invocation: Invocation, attempt: number): Promise<void> {
    try {
      const outcome = await this.#sandbox.run(invocation);
      const { functionError, payload } = renderOutcome(outcome, invocation.requestId);
      if (functionError) this.#failed(invocation, attempt, decodeText(payload.subarray(0, 500)));
    } catch (error) {
      if (error instanceof LambdaBootstrapsError && error.code === 'ERR_QUEUE_FULL') {
        this.#host.clock.timer(throttledDelayMs, () => void this.#attempt(invocation, attempt));
      } else {
        this.#notice(`Event ${invocation.requestId} is lost: ${(error as Error).message}`);
      }
    }
  }

  #failed(invocation: Invocation, attempt: number, error: string): void {
    const attempts = this.#delaysMs.length + 1;
    const delayMs = this.#delaysMs[attempt - 1];
    const said = `Event ${invocation.requestId} failed (attempt ${attempt} of ${attempts}): ${error}`;
    if (delayMs === undefined) return this.#notice(`${said}; it is given up.`);
    this.#notice(`${said}; it is tried again in ${delayMs / 1000} s.`);
    this.#host.clock.timer(delayMs, () => void this.#attempt(invocation, attempt + 1));
  }
}

/** A function as the control API shows it: what this page reads of it. */
export interface ServedFunction {
  readonly functionName: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memorySizeMb: number;
}

/** The control API, below the page's own folder. */
export class Api {
  readonly #base: URL;
  readonly #token: string | undefined;

  constructor(page: string, token: string | undefined) {
    this.#base = new URL('v1/', page);
    this.#token = token;
  }

  get feedUrl(): URL {
    return new URL('feed', this.#base);
  }

  /** @throws Error what the server answered, or that it did not */
  async functions(): Promise<readonly ServedFunction[]> {
    const { functions } = (await this.#ask('GET', 'functions')) as { functions: ServedFunction[] };
    return functions;
  }

  /**
   * Resolves when the invocation has ended; of how it went, the feed tells.
   * @param event JSON text, which is sent as it is
   * @throws Error what the server answered, or that it did not
   */
  async invoke(functionName: string, event: string): Promise<void> {
    await this.#ask('POST', `functions/${encodeURIComponent(functionName)}/invoke`, `{"payload":${event}}`);
  }

  async #ask(method: string, path: string, body?: string): Promise<unknown> {
    const headers = new Headers();
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    const response = await fetch(new URL(path, this.#base), { method, headers, ...(body !== undefined && { body }) });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw new Error(messageOf(answer) ?? `${response.status} ${response.statusText}`);
    return answer;
  }
}

const messageOf = (answer: unknown): string | undefined =>
  (answer as { error?: { message?: string } } | undefined)?.error?.message;

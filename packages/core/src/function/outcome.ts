/** How an invocation ended. Doors render it; everything before them speaks this. */
export type Outcome =
  | { readonly kind: 'success'; readonly payload: Uint8Array }
  | {
      /** The handler, its client or Lambda itself answered with an error. */
      readonly kind: 'function-error';
      readonly errorType: string;
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'timeout'; readonly timeoutMs: number /** Milliseconds since 1970. */; readonly at: number }
  | {
      /** The runtime ended, or could not be started. */
      readonly kind: 'exit';
      readonly errorType: string;
      /** What Lambda writes after `RequestId: … Error: `. */
      readonly message: string;
    }
  | { readonly kind: 'init-error'; readonly errorType: string; readonly payload: Uint8Array };

import type { Invocation } from './invocation.ts';

/** What aws-lambda-ric 3.x and 4.x call of their native module. Ids come ready to stand in a URL. */
export interface NativeClient {
  next(): Promise<Invocation>;
  done(...given: readonly unknown[]): null;
  error(...given: readonly unknown[]): null;
}

/** In the native module's words; -1 is aws-lambda-cpp's REQUEST_NOT_MADE. */
export const noNext = (code: number): Error => new Error(`Failed to get next invocation, error ${code}`);

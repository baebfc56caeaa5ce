/** Stands in for `rapid-client.node`, the native module of aws-lambda-ric 3.x and 4.x. */
import { hasFrameDescriptors } from './frame-descriptors.ts';
import { openFrames } from './frames-client.ts';
import type { NativeClient } from './native-client.ts';

/** The variable that makes 4.x start worker threads (isMultiConcurrentMode in index.mjs of 4.0.2). */
const isConcurrent = process.env.AWS_LAMBDA_MAX_CONCURRENCY !== undefined && !hasFrameDescriptors();

export const { next, done, error }: NativeClient = isConcurrent
  ? // A file of its own: few functions need it.
    require('./http-client.js').openHttp()
  : openFrames();

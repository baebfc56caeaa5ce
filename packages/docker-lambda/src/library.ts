export { dockerLambda } from './docker-lambda.ts';
export { DockerLambdaError, type DockerLambdaErrorCode } from './errors.ts';
export { invoke } from './invoke.ts';
export type { DockerLambdaOptions, InvokeOptions, RunOptions, RunResult } from './options.ts';
export {
  type StayOpenContainer,
  type StayOpenOptions,
  startStayOpen,
} from './stay-open.ts';
export type { StayOpenInvokeOptions, StayOpenResponse } from './stay-open-invoke.ts';

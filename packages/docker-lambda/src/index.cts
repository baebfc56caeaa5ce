import library = require('./library.ts');

const dockerLambda = library.dockerLambda;

/** The types stand beside the function: `import { type DockerLambdaOptions } from …`. */
declare namespace dockerLambda {
  export type DockerLambdaErrorCode = library.DockerLambdaErrorCode;
  export type DockerLambdaOptions = library.DockerLambdaOptions;
  export type InvokeOptions = library.InvokeOptions;
  export type RunOptions = library.RunOptions;
  export type RunResult = library.RunResult;
  export type StayOpenContainer = library.StayOpenContainer;
  export type StayOpenInvokeOptions = library.StayOpenInvokeOptions;
  export type StayOpenOptions = library.StayOpenOptions;
  export type StayOpenResponse = library.StayOpenResponse;
}

export = dockerLambda;

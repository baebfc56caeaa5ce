/** Function error types that Lambda itself, not the handler, writes into an answer. */
export const functionErrorTypes = {
  timedOut: 'Sandbox.Timedout',
  exit: 'Runtime.ExitError',
  outOfMemory: 'Runtime.OutOfMemory',
  invalidEntrypoint: 'Runtime.InvalidEntrypoint',
  truncatedResponse: 'Runtime.TruncatedResponse',
  responseTooLarge: 'Function.ResponseSizeTooLarge',
} as const;

/** Error types in the bodies of the Runtime API, as the emulator's and the service's shared code spells them. */
export const runtimeApiErrorTypes = {
  invalidRequestId: 'InvalidRequestID',
  invalidStateTransition: 'InvalidStateTransition',
  invalidResponseMode: 'InvalidFunctionResponseMode',
  entityTooLarge: 'RequestEntityTooLarge',
  invokeTimeout: 'InvokeTimeout',
  forbiddenPeer: 'ForbiddenPeer',
} as const;

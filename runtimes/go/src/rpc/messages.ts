import { type Delivery, encodeText } from '@lambda-bootstraps/core';
import type { Shape } from './gob-encoder.ts';
import type { GobStruct } from './gob-types.ts';

/** Go's net/rpc: this goes before every request's body. */
export const requestShape: Shape = { name: 'Request', fields: { ServiceMethod: 'string', Seq: 'uint' } };

/** And this before every response's. */
export interface RpcResponse {
  readonly ServiceMethod?: string;
  readonly Seq?: number;
  readonly Error?: string;
}

/** The package lambda/messages of github.com/aws/aws-lambda-go, the same since its first version. */
export const pingRequestShape: Shape = { name: 'PingRequest', fields: {} };

export const invokeRequestShape: Shape = {
  name: 'InvokeRequest',
  fields: {
    Payload: 'bytes',
    RequestId: 'string',
    XAmznTraceId: 'string',
    Deadline: { name: 'InvokeRequest_Timestamp', fields: { Seconds: 'int', Nanos: 'int' } },
    InvokedFunctionArn: 'string',
    CognitoIdentityId: 'string',
    CognitoIdentityPoolId: 'string',
    ClientContext: 'bytes',
  },
};

export interface InvokeResponse {
  readonly Payload?: Uint8Array;
  readonly Error?: InvokeError;
}

export interface InvokeError {
  readonly Message?: string;
  readonly Type?: string;
  readonly StackTrace?: readonly StackFrame[];
  /** A panic: the function's process is not to be used again. */
  readonly ShouldExit?: boolean;
}

interface StackFrame {
  readonly Path?: string;
  readonly Line?: number;
  readonly Label?: string;
}

export function invokeRequest({ invocation, deadlineMs }: Delivery): GobStruct {
  const identity = identityOf(invocation.cognitoIdentity);
  return {
    Payload: invocation.payload,
    RequestId: invocation.requestId,
    XAmznTraceId: invocation.traceId,
    Deadline: { Seconds: Math.floor(deadlineMs / 1000), Nanos: Math.round((deadlineMs % 1000) * 1e6) },
    InvokedFunctionArn: invocation.invokedFunctionArn,
    CognitoIdentityId: identity.cognitoIdentityId ?? '',
    CognitoIdentityPoolId: identity.cognitoIdentityPoolId ?? '',
    ClientContext: encodeText(invocation.clientContext ?? ''),
  };
}

interface Identity {
  readonly cognitoIdentityId?: string;
  readonly cognitoIdentityPoolId?: string;
}

/** What is no JSON is no identity: the caller may have sent anything. */
function identityOf(json = '{}'): Identity {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}

/** The error as the caller sees it: the names that the client's JSON has for the same fields. */
export function errorPayload({ Message = '', Type = '', StackTrace }: InvokeError) {
  const stackTrace = StackTrace?.map(({ Path = '', Line = 0, Label = '' }) => ({
    path: Path,
    line: Line,
    label: Label,
  }));
  return { errorMessage: Message, errorType: Type, ...(stackTrace && { stackTrace }) };
}

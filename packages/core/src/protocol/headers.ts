/**
 * Header names of Lambda's wire, written as Lambda writes them. Look requests up in lower case.
 * Source: "Building a custom runtime" and "Invoke" in the AWS Lambda documentation.
 */
export const runtimeHeaders = {
  requestId: 'Lambda-Runtime-Aws-Request-Id',
  deadlineMs: 'Lambda-Runtime-Deadline-Ms',
  invokedFunctionArn: 'Lambda-Runtime-Invoked-Function-Arn',
  traceId: 'Lambda-Runtime-Trace-Id',
  clientContext: 'Lambda-Runtime-Client-Context',
  cognitoIdentity: 'Lambda-Runtime-Cognito-Identity',
  tenantId: 'Lambda-Runtime-Aws-Tenant-Id',
} as const;

/** What a runtime may say of its answer, in lower case as hosts look them up. */
export const runtimeAnswerHeaders = {
  responseMode: 'lambda-runtime-function-response-mode',
  errorType: 'lambda-runtime-function-error-type',
  errorBody: 'lambda-runtime-function-error-body',
} as const;

/** Header names of the Extensions API, in lower case as hosts look them up. */
export const extensionRequestHeaders = {
  name: 'lambda-extension-name',
  identifier: 'lambda-extension-identifier',
  acceptFeature: 'lambda-extension-accept-feature',
  errorType: 'lambda-extension-function-error-type',
} as const;

export const extensionResponseHeaders = {
  identifier: 'Lambda-Extension-Identifier',
  eventIdentifier: 'Lambda-Extension-Event-Identifier',
} as const;

/** What a caller of Invoke may send, in lower case as hosts look them up. */
export const invokeRequestHeaders = {
  invocationType: 'x-amz-invocation-type',
  logType: 'x-amz-log-type',
  clientContext: 'x-amz-client-context',
  tenantId: 'x-amz-tenant-id',
  traceId: 'x-amzn-trace-id',
} as const;

export const invokeResponseHeaders = {
  functionError: 'X-Amz-Function-Error',
  logResult: 'X-Amz-Log-Result',
  executedVersion: 'X-Amz-Executed-Version',
  remappedContentLength: 'X-Amzn-Remapped-Content-Length',
  requestId: 'X-Amzn-RequestId',
  traceId: 'X-Amzn-Trace-Id',
  errorType: 'X-Amzn-ErrorType',
} as const;

export const jsonContentType = 'application/json';

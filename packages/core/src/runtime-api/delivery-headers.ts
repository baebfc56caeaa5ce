import { runtimeHeaders } from '../protocol/headers.ts';
import type { Delivery } from '../sandbox/runtime-port.ts';

/** The headers of an invocation's delivery, the same on both transports; optional ones are left out when absent. */
export function deliveryHeaders({ invocation, deadlineMs }: Delivery): Record<string, string> {
  const headers: Record<string, string> = {
    [runtimeHeaders.requestId]: invocation.requestId,
    [runtimeHeaders.deadlineMs]: String(deadlineMs),
    [runtimeHeaders.invokedFunctionArn]: invocation.invokedFunctionArn,
    [runtimeHeaders.traceId]: invocation.traceId,
  };
  if (invocation.clientContext) headers[runtimeHeaders.clientContext] = invocation.clientContext;
  if (invocation.cognitoIdentity) headers[runtimeHeaders.cognitoIdentity] = invocation.cognitoIdentity;
  if (invocation.tenantId) headers[runtimeHeaders.tenantId] = invocation.tenantId;
  return headers;
}

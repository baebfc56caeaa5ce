import { runtimeHeaders } from '../protocol/headers.ts';
import type { Delivery } from '../sandbox/runtime-port.ts';

/** The headers of an invocation's delivery, the same on both transports; optional ones are left out when absent. */
export function deliveryHeaders({ invocation, deadlineMs }: Delivery): Record<string, string> {
  const headers: Record<string, string> = {
    [runtimeHeaders.requestId]: headerText(invocation.requestId),
    [runtimeHeaders.deadlineMs]: String(deadlineMs),
    [runtimeHeaders.invokedFunctionArn]: headerText(invocation.invokedFunctionArn),
    [runtimeHeaders.traceId]: headerText(invocation.traceId),
  };
  if (invocation.clientContext) headers[runtimeHeaders.clientContext] = headerJson(invocation.clientContext);
  if (invocation.cognitoIdentity) headers[runtimeHeaders.cognitoIdentity] = headerJson(invocation.cognitoIdentity);
  if (invocation.tenantId) headers[runtimeHeaders.tenantId] = headerText(invocation.tenantId);
  return headers;
}

/** What no header can hold must not keep an invocation from its runtime. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');

/** The same JSON in visible ASCII: a header takes no line ends and, safely, no other letters. */
const headerJson = (json: string): string =>
  json
    .replace(/[\t\r\n]/g, ' ')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

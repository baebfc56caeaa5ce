import { runtimeHeaders } from '../protocol/headers.ts';
import type { Delivery } from '../sandbox/runtime-port.ts';

/** The headers of an invocation's delivery, the same on both transports; optional ones are left out when absent. */
export function deliveryHeaders({ invocation, deadlineMs }: Delivery): Record<string, string> {
  const { requestId, invokedFunctionArn, traceId } = invocation;
  // Nearly always all are; one look at them together costs less than three.
  const arePlain = plainText.test(requestId + invokedFunctionArn + traceId);
  const headers: Record<string, string> = {
    [runtimeHeaders.requestId]: arePlain ? requestId : headerText(requestId),
    [runtimeHeaders.deadlineMs]: String(deadlineMs),
    [runtimeHeaders.invokedFunctionArn]: arePlain ? invokedFunctionArn : headerText(invokedFunctionArn),
    [runtimeHeaders.traceId]: arePlain ? traceId : headerText(traceId),
  };
  if (invocation.clientContext) headers[runtimeHeaders.clientContext] = headerJson(invocation.clientContext);
  if (invocation.cognitoIdentity) headers[runtimeHeaders.cognitoIdentity] = headerJson(invocation.cognitoIdentity);
  if (invocation.tenantId) headers[runtimeHeaders.tenantId] = headerText(invocation.tenantId);
  return headers;
}

const plainText = /^[\x20-\x7e]*$/;

/** What no header can hold must not keep an invocation from its runtime. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');

/** The same JSON in visible ASCII: a header takes no line ends and, safely, no other letters. */
const headerJson = (json: string): string =>
  json
    .replace(/[\t\r\n]/g, ' ')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

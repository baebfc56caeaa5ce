import { decodeText, type LifecycleEvent, renderOutcome } from '@lambda-bootstraps/core';
import { type FunctionError, formatJson, parseFunctionError } from '@lambda-bootstraps/inspector/text';
import { type Paint, printable } from './terminal-text.ts';

type Received = Extract<LifecycleEvent, { type: 'invocation-received' }>;
type Completed = Extract<LifecycleEvent, { type: 'invocation-completed' }>;

/** Longer payloads are cut: a terminal is no place for them. */
const mostBytes = 16_384;

/** What there is to say of an invocation below its line: ids, event, and result or error. */
export function detailLines(event: Completed, arrival: Received | undefined, paint: Paint): string[] {
  const { requestId, outcome, report } = event;
  const result = renderOutcome(outcome, requestId).payload;
  const error = outcome.kind === 'success' ? undefined : parseFunctionError(decodeText(result));
  const ids = [`request ${requestId}`, `billed ${report.billedDurationMs} ms`, arrival?.traceId.split(';')[0]];
  return [
    indent(paint('dim', ids.filter(Boolean).join('  '))),
    ...(arrival ? payloadLines('event', arrival.payload, paint) : []),
    ...(error ? errorLines(error, paint) : payloadLines('result', result, paint)),
    '',
  ];
}

function payloadLines(label: string, payload: Uint8Array, paint: Paint): string[] {
  const isCut = payload.length > mostBytes;
  const text = decodeText(isCut ? payload.subarray(0, mostBytes) : payload);
  const lines = formatJson(text).split('\n').map(printable);
  const cut = isCut ? [paint('dim', `… and ${payload.length - mostBytes} bytes more`)] : [];
  return [paint('dim', label), ...lines.map(indent), ...cut].map(indent);
}

function errorLines({ type, message, stack, cause }: FunctionError, paint: Paint): string[] {
  const heading = printable(`${type}: ${message}`);
  // Node.js begins a stack with both.
  const frames = stack.map(printable).filter((line) => line !== heading);
  const lines = [paint('red', heading), ...frames.map((line) => paint('dim', line))].map(indent);
  return cause ? [...lines, indent('caused by'), ...errorLines(cause, paint)] : lines;
}

const indent = (line: string): string => `  ${line}`;

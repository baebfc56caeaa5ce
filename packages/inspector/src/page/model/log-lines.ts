import type { LogPart } from './invocation.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogLine {
  readonly key: string;
  readonly at: number;
  readonly from: string;
  readonly level: LogLevel | undefined;
  /** Without what the columns beside it say: time, request id, level. */
  readonly text: string;
  /** The JSON object that the line is, or ends with. */
  readonly json: string | undefined;
  readonly cutFrom: number | undefined;
}

/** The parts of a log as lines; what was written in pieces without a line's end is put together. */
export function logLines(parts: readonly LogPart[]): LogLine[] {
  const lines: LogLine[] = [];
  let open: { readonly part: LogPart; text: string } | undefined;
  const close = (): void => {
    if (open) lines.push(...linesOf(open.part, open.text));
    open = undefined;
  };
  for (const part of parts) {
    if (part.stream === 'telemetry') {
      close();
      lines.push(...linesOf(part, part.text));
      continue;
    }
    if (open && (open.part.stream !== part.stream || open.part.extension !== part.extension)) close();
    if (open) open.text += part.text;
    else open = { part, text: part.text };
    if (part.text.endsWith('\n')) close();
  }
  close();
  return lines;
}

function linesOf(part: LogPart, text: string): LogLine[] {
  const from = part.extension ?? (part.stream === 'telemetry' ? '' : part.stream);
  const plain = text.replace(escapes, '').replace(/\r?\n$/, '');
  // A record of the clients may have several lines; on a stream each line is one.
  const records = part.stream === 'telemetry' ? [plain] : plain.split(/\r?\n/);
  return records.map((record, index) => {
    const read = readRecord(record);
    const cut = index === records.length - 1 ? part.cutFrom : undefined;
    return { key: `${part.seq}.${index}`, at: part.at, from, cutFrom: cut, ...read };
  });
}

/** Colours and the like, for terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const escapes = /\u001b(?:\[[\d;?]*[A-Za-z]|\][^\u0007]*\u0007)/g;

/** `2026-11-21T22:17:58.495Z	0409afa1-…	INFO	text`, as the client of Node.js writes it. */
const nodeRecord = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t(?:[\da-f-]{36}|undefined)\t([A-Z]+)\t([\s\S]*)$/;
/** `[INFO]	2026-11-21T22:17:58.495Z	0409afa1-…	text`, as the logger of Python does. */
const pythonRecord = /^\[([A-Z]+)\]\t\d{4}-\d\d-\d\dT[\d:.]+Z\t[\da-f-]{0,36}\t([\s\S]*)$/;

function readRecord(record: string): Pick<LogLine, 'level' | 'text' | 'json'> {
  const match = nodeRecord.exec(record) ?? pythonRecord.exec(record);
  const own = match ? match[2]! : record;
  // A logger's own level says more than that of the function that wrote its line.
  const value = objectOf(own);
  const level = levelOf(value?.level ?? value?.severity ?? value?.log_level) ?? levelOf(match?.[1]);
  return { ...readText(own), level };
}

/** What the clients say of an error is words, a tab, and an object. */
const wordsAndObject = /^([^\n{]*?)\s*\t(\{[\s\S]*\})$/;

function readText(text: string): { readonly text: string; readonly json: string | undefined } {
  const value = objectOf(text);
  if (value) {
    const words = value.message ?? value.msg ?? value.errorMessage;
    return { text: typeof words === 'string' ? words : text, json: text };
  }
  const [, words, object = ''] = wordsAndObject.exec(text) ?? [];
  const error = objectOf(object);
  if (words === undefined || error === undefined) return { text, json: undefined };
  const message = typeof error.errorMessage === 'string' ? `${words}: ${error.errorMessage}` : words;
  return { text: message, json: object };
}

const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  CRITICAL: 'fatal',
};

const levelOf = (name: unknown): LogLevel | undefined =>
  typeof name === 'string' ? levels[name.toUpperCase()] : undefined;

function objectOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

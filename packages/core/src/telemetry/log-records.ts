import { concatBytes, decodeText } from '../bytes.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import type { LogEvent } from './events.ts';
import { isoTime } from './figures.ts';

/** A longer line comes as several records, so that one record fits into the smallest buffer. */
const longestRecordBytes = 262_144;

const newline = 10;
const carriageReturn = 13;

type Log = Extract<LifecycleEvent, { type: 'log' }>;

interface Begun {
  readonly log: Log;
  readonly bytes: Uint8Array;
}

/** Cuts what the function and the extensions write into `function` and `extension` records: one a line. */
export class LogRecords {
  /** Whether a line that is a JSON object is handed on as one. */
  readonly #asJson: boolean;
  /** Lines that have not ended, by who writes them and where. */
  readonly #begun = new Map<string, Begun>();

  constructor(options: { readonly asJson: boolean }) {
    this.#asJson = options.asJson;
  }

  /** The records that are whole by now. */
  push(log: Log): readonly LogEvent[] {
    // A record of the log descriptor is whole, whatever lines it has.
    if (log.stream === 'telemetry') return [this.#record(log, withoutEnd(log.bytes))];
    const key = `${log.stream} ${log.extension ?? ''}`;
    const begun = this.#begun.get(key)?.bytes ?? new Uint8Array(0);
    const bytes = concatBytes([begun, log.bytes], begun.length + log.bytes.length);
    const records: LogEvent[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      for (const piece of pieces(withoutEnd(bytes.subarray(start, end + 1)))) records.push(this.#record(log, piece));
      start = end + 1;
    }
    const rest = pieces(bytes.subarray(start));
    const last = rest.pop()!;
    for (const piece of rest) records.push(this.#record(log, piece));
    if (last.length > 0) this.#begun.set(key, { log, bytes: last.slice() });
    else this.#begun.delete(key);
    return records;
  }

  /** Ends the lines that were begun: whoever wrote them writes no more, or has been waited for. */
  end(): readonly LogEvent[] {
    const records = [...this.#begun.values()].map(({ log, bytes }) => this.#record(log, bytes));
    this.#begun.clear();
    return records;
  }

  #record({ at, extension }: Log, bytes: Uint8Array): LogEvent {
    const text = decodeText(bytes);
    const record = (this.#asJson && jsonObject(text)) || text;
    return { time: isoTime(at), type: extension === undefined ? 'function' : 'extension', record };
  }
}

function withoutEnd(bytes: Uint8Array): Uint8Array {
  if (bytes[bytes.length - 1] !== newline) return bytes;
  return bytes.subarray(0, bytes[bytes.length - 2] === carriageReturn ? -2 : -1);
}

/** A line in pieces that are no longer than a record, cut between characters; at least one. */
function pieces(line: Uint8Array): Uint8Array[] {
  const cut: Uint8Array[] = [];
  let rest = line;
  while (rest.length > longestRecordBytes) {
    let end = longestRecordBytes;
    // Bytes 10xxxxxx go on with the character before; of what is no UTF-8, any place is as good.
    while (end > longestRecordBytes - 3 && (rest[end]! & 0b1100_0000) === 0b1000_0000) end--;
    cut.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  cut.push(rest);
  return cut;
}

/** Only an object is one: a number or a quoted word on a line is text ("function" in the schema reference). */
function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { eventSummary } from './event-summary.ts';
import { durationOf, type Invocation, isFailure, statusOf } from './invocation.ts';

export type Match = (invocation: Invocation) => boolean;

/**
 * What a line of words asks for; all of them must be met. `>100ms` and `<1s` compare durations, `is:error` (any failure),
 * `is:ok`, `is:running` and `is:cold` ask for a state, other words are searched for in the invocation's id, event, result,
 * error and log.
 */
export function parseFilter(text: string): Match {
  const matches = text.trim().toLowerCase().split(/\s+/).filter(Boolean).map(parseWord);
  return (invocation) => matches.every((match) => match(invocation));
}

function parseWord(word: string): Match {
  const [, sign, figure, unit] = /^([<>])(\d+(?:\.\d+)?)(ms|s)?$/.exec(word) ?? [];
  if (figure !== undefined) {
    const limit = Number(figure) * (unit === 's' ? 1000 : 1);
    return (invocation) => {
      const duration = durationOf(invocation, Date.now());
      return duration !== undefined && (sign === '>' ? duration > limit : duration < limit);
    };
  }
  return states[word] ?? ((invocation) => searchText(invocation).includes(word));
}

const states: Readonly<Record<string, Match>> = {
  'is:error': (invocation) => isFailure(statusOf(invocation)),
  'is:ok': (invocation) => statusOf(invocation) === 'success',
  'is:timeout': (invocation) => statusOf(invocation) === 'timeout',
  'is:running': (invocation) => ['waiting', 'starting', 'running'].includes(statusOf(invocation)),
  'is:cold': ({ inits }) => inits.length > 0,
};

/** Made once for each state of an invocation: a filter is asked of thousands, again and again. */
const texts = new WeakMap<Invocation, { readonly version: number; readonly text: string }>();

function searchText(invocation: Invocation): string {
  const known = texts.get(invocation);
  if (known?.version === invocation.version) return known.text;
  const { requestId, functionName, event, outcome, traceId, logs, version } = invocation;
  const parts = [requestId, functionName, traceId, event?.text, event && summaryOf(invocation), outcome?.payload];
  const text = [...parts, outcome?.errorType, ...logs.map((part) => part.text)].join('\n').toLowerCase();
  texts.set(invocation, { version, text });
  return text;
}

const summaries = new WeakMap<NonNullable<Invocation['event']>, string>();

/** The event in a few words; what is no longer known of it is left empty. */
export function summaryOf({ event }: Invocation): string {
  if (event === undefined) return '';
  let summary = summaries.get(event);
  if (summary === undefined) {
    summary = eventSummary(event.text);
    summaries.set(event, summary);
  }
  return summary;
}

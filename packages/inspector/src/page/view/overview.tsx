import type { JSX } from 'preact';
import { formatCount, formatDuration } from '../model/format.ts';
import { type Invocation, isFailure, statusOf } from '../model/invocation.ts';

/** The newest so many have a column in the picture. */
const columns = 120;

interface Props {
  /** The newest first. */
  readonly rows: readonly Invocation[];
  readonly total: number;
  readonly failed: number;
  readonly onChoose: (invocation: Invocation) => void;
}

/** How the last invocations went: counts, percentiles, and a column for each. */
export function Overview({ rows, total, failed, onChoose }: Props): JSX.Element {
  const newest = rows.slice(0, columns);
  const durations = newest.flatMap(({ report }) => report?.durationMs ?? []).sort((a, b) => a - b);
  const longest = durations.at(-1) ?? 1;
  return (
    <div class="overview">
      <dl>
        <div>
          <dt>Invocations</dt>
          <dd>{rows.length === total ? formatCount(total) : `${formatCount(rows.length)} of ${formatCount(total)}`}</dd>
        </div>
        <div class={failed > 0 ? 'failed' : ''}>
          <dt>Failed</dt>
          <dd>{formatCount(failed)}</dd>
        </div>
        <div title={`of the newest ${columns}`}>
          <dt>p50</dt>
          <dd>{percentile(durations, 0.5)}</dd>
        </div>
        <div title={`of the newest ${columns}`}>
          <dt>p95</dt>
          <dd>{percentile(durations, 0.95)}</dd>
        </div>
      </dl>
      <div class="columns" aria-hidden="true">
        {newest
          .map((invocation) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list is there for keys
            // biome-ignore lint/a11y/noStaticElementInteractions: the list is there for assistive technology
            <i
              key={invocation.number}
              class={columnClass(invocation)}
              style={{ height: `${columnHeight(invocation, longest)}%` }}
              onClick={() => onChoose(invocation)}
            />
          ))
          .reverse()}
      </div>
    </div>
  );
}

function columnClass(invocation: Invocation): string {
  const status = statusOf(invocation);
  if (isFailure(status)) return 'failed';
  return invocation.inits.length > 0 ? 'cold' : '';
}

/** By the logarithm: a cold start beside warm ones leaves these visible. */
function columnHeight({ report }: Invocation, longest: number): number {
  if (report === undefined) return 4;
  return 8 + 92 * (Math.log1p(report.durationMs) / Math.log1p(Math.max(longest, 1)));
}

const percentile = (sorted: readonly number[], part: number): string => {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return value === undefined ? '–' : formatDuration(value);
};

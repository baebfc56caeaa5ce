import type { JSX } from 'preact';
import { formatDuration } from '../model/format.ts';
import { type Invocation, isUnderWay } from '../model/invocation.ts';
import { type Bar, waterfallOf } from '../model/waterfall.ts';
import { useNow } from './hooks.ts';

/** Where the time went: one bar after the other on one scale. */
export function Timeline({
  invocation,
  timeoutMs,
}: {
  invocation: Invocation;
  timeoutMs: number | undefined;
}): JSX.Element {
  const now = useNow(isUnderWay(invocation));
  const { bars, totalMs, deadline } = waterfallOf(invocation, now, timeoutMs);
  return (
    <div class="timeline">
      <div class="bar-row axis" aria-hidden="true">
        <span />
        <span class="track">
          {ticks(totalMs).map((at) => (
            <i key={at} class="tick" style={{ left: percent(at, totalMs) }}>
              {at === 0 ? '0' : formatTick(at)}
            </i>
          ))}
        </span>
        <span />
      </div>
      <ul>
        {bars.map((bar, index) => (
          <BarRow key={index} bar={bar} totalMs={totalMs} deadline={deadline} />
        ))}
      </ul>
      {deadline !== undefined && timeoutMs !== undefined && (
        <p class="deadline-note">The dashed line is the function's timeout, {formatTick(timeoutMs)}.</p>
      )}
    </div>
  );
}

function BarRow({ bar, totalMs, deadline }: { bar: Bar; totalMs: number; deadline: number | undefined }): JSX.Element {
  const place = { left: percent(bar.from, totalMs), width: percent(bar.durationMs, totalMs) };
  return (
    <li class={`bar-row ${bar.kind}`}>
      <span class="cut label">{bar.label}</span>
      <span class="track">
        <i class={`bar ${bar.state.replace(' ', '-')}`} style={place} />
        {deadline !== undefined && <i class="deadline" style={{ left: percent(deadline, totalMs) }} />}
      </span>
      <span class="figure">
        {bar.note && <span class={bar.state === 'failed' ? 'note failed' : 'note'}>{bar.note}</span>}
        {formatDuration(bar.durationMs)}
      </span>
    </li>
  );
}

const percent = (part: number, whole: number): string => `${Math.min(100, (100 * part) / whole).toFixed(3)}%`;

/** Three to six round numbers. */
function ticks(totalMs: number): number[] {
  const rough = totalMs / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const count = Math.floor((totalMs / step) * 1.0001);
  // The last one would have no room for its figure.
  return Array.from({ length: count + 1 }, (_, index) => index * step).filter((at) => at <= 0.94 * totalMs);
}

/** Round numbers need no zeros behind the point. */
function formatTick(ms: number): string {
  const [figure, unit] = ms < 1000 ? [ms, 'ms'] : [ms / 1000, 's'];
  return `${Number(figure.toPrecision(3))} ${unit}`;
}

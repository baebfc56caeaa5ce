import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatBytes, formatCount, formatTime } from '../model/format.ts';
import { type Invocation, isUnderWay } from '../model/invocation.ts';
import { type LogLine, logLines } from '../model/log-lines.ts';
import { JsonView } from './json-view.tsx';

/** More lines are drawn on demand only. */
const mostShown = 500;

/** What the function and its extensions wrote, as it comes. */
export function LogView({ invocation }: { invocation: Invocation }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [showAll, setShowAll] = useState(false);
  const lines = useMemo(() => logLines(invocation.logs), [invocation, invocation.version]);
  const origin = invocation.figures?.startedAt ?? invocation.startedAt ?? invocation.firstAt;
  useFollowedEnd(box, isUnderWay(invocation), lines.length);

  if (lines.length === 0) {
    return <p class="muted">{isUnderWay(invocation) ? 'Nothing yet.' : 'It wrote nothing.'}</p>;
  }
  const shown = showAll ? lines : lines.slice(-mostShown);
  const hidden = lines.length - shown.length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <div class="log" role="log" aria-label="Log" tabIndex={0} ref={box}>
      {invocation.droppedLogs > 0 && (
        <p class="muted">{formatCount(invocation.droppedLogs)} earlier parts were dropped.</p>
      )}
      {hidden > 0 && (
        <button type="button" onClick={() => setShowAll(true)}>
          Show {formatCount(hidden)} earlier lines
        </button>
      )}
      {shown.map((line) => (
        <Line key={line.key} line={line} origin={origin} />
      ))}
    </div>
  );
}

function Line({ line, origin }: { line: LogLine; origin: number }): JSX.Element {
  const { at, from, level, text, json, cutFrom } = line;
  const seconds = ((at - origin) / 1000).toFixed(3);
  return (
    <div class={`line level-${level ?? from}`}>
      <span class="at" title={formatTime(at)}>
        {at < origin ? seconds.replace('-', '−') : `+${seconds}`}
      </span>
      <span class="level">{level ?? from}</span>
      <span class="text">
        {from !== '' && level !== undefined && <span class="from">{from} </span>}
        {json === undefined ? (
          text
        ) : (
          <details>
            <summary>{text}</summary>
            <pre>
              <JsonView text={json} />
            </pre>
          </details>
        )}
        {cutFrom !== undefined && <span class="muted"> … cut; the whole has {formatBytes(cutFrom)}</span>}
      </span>
    </div>
  );
}

/** Keeps the end in sight while it grows, unless the reader has scrolled away from it. */
function useFollowedEnd(box: { readonly current: HTMLElement | null }, isRunning: boolean, count: number): void {
  const wasAtEnd = useRef(true);
  const element = box.current;
  if (element) wasAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
  useLayoutEffect(() => {
    if (box.current && isRunning && wasAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
}

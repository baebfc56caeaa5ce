import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { summaryOf } from '../model/filter.ts';
import { formatDuration, formatTime } from '../model/format.ts';
import { durationOf, type Invocation, initDurationOf, isUnderWay, statusOf } from '../model/invocation.ts';
import { useNow } from './hooks.ts';
import { Status } from './status.tsx';

/** Pixels; the style sheet has it too. */
export const rowHeight = 30;
/** Rows that are drawn above and below what is seen, so that none is missing while scrolling. */
const spare = 8;

interface Props {
  /** The newest first. */
  readonly rows: readonly Invocation[];
  readonly cursor: Invocation | undefined;
  readonly isOpen: boolean;
  readonly showFunctions: boolean;
  readonly onChoose: (invocation: Invocation) => void;
}

/** Draws only the rows that can be seen, of however many there are. */
export function InvocationList({ rows, cursor, isOpen, showFunctions, onChoose }: Props): JSX.Element {
  const grid = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const height = useHeight(grid);
  useSteadyRows(grid, rows);
  useVisibleCursor(grid, rows, cursor);

  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const seen = rows.slice(first, first + Math.ceil(height / rowHeight) + 2 * spare);
  const now = useNow(seen.some(isUnderWay));
  const columns = showFunctions ? 'grid with-functions' : 'grid';
  return (
    <div
      class={columns}
      role="grid"
      ref={grid}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      aria-label="Invocations"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      id="invocations"
      aria-activedescendant={cursor && seen.includes(cursor) ? rowId(cursor) : undefined}
    >
      <div class="row head" role="row" aria-rowindex={1}>
        <span role="columnheader">Status</span>
        <span role="columnheader" class="time">
          Time
        </span>
        {showFunctions && <span role="columnheader">Function</span>}
        <span role="columnheader">Event</span>
        <span role="columnheader" class="figure">
          Duration
        </span>
        <span role="columnheader" class="figure">
          Init
        </span>
        <span role="columnheader" class="figure memory">
          Memory
        </span>
      </div>
      <div class="whole" role="rowgroup" style={{ height: `${rows.length * rowHeight}px` }}>
        {seen.map((invocation, index) => (
          <Row
            key={invocation.number}
            invocation={invocation}
            index={first + index}
            now={now}
            showFunction={showFunctions}
            isCursor={invocation === cursor}
            isOpen={isOpen && invocation === cursor}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  );
}

const rowId = ({ number }: Invocation): string => `invocation-${number}`;

interface RowProps {
  readonly invocation: Invocation;
  readonly index: number;
  readonly now: number;
  readonly showFunction: boolean;
  readonly isCursor: boolean;
  readonly isOpen: boolean;
  readonly onChoose: (invocation: Invocation) => void;
}

function Row({ invocation, index, now, showFunction, isCursor, isOpen, onChoose }: RowProps): JSX.Element {
  const status = statusOf(invocation);
  const duration = durationOf(invocation, now);
  const init = initDurationOf(invocation);
  const memory = invocation.report?.maxMemoryUsedMb;
  const state = `${isCursor ? ' cursor' : ''}${isOpen ? ' open' : ''}`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys for all of its rows
    <div
      class={`row${state}`}
      role="row"
      id={rowId(invocation)}
      aria-rowindex={index + 2}
      aria-selected={isCursor}
      style={{ top: `${index * rowHeight}px` }}
      onClick={() => onChoose(invocation)}
    >
      <span role="gridcell">
        <Status status={status} />
      </span>
      <span role="gridcell" class="time">
        {formatTime(invocation.firstAt)}
      </span>
      {showFunction && (
        <span role="gridcell" class="cut">
          {invocation.functionName}
        </span>
      )}
      <span role="gridcell" class="cut summary">
        {summaryOf(invocation) || invocation.requestId}
      </span>
      <span role="gridcell" class="figure">
        {duration === undefined ? '' : formatDuration(duration)}
      </span>
      <span role="gridcell" class="figure init">
        {init === undefined ? '' : formatDuration(init)}
      </span>
      <span role="gridcell" class="figure memory">
        {memory ? `${memory} MB` : ''}
      </span>
    </div>
  );
}

function useHeight(element: { readonly current: HTMLElement | null }): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return height;
}

/** What is read stays where it is when rows come in above it. */
function useSteadyRows(element: { readonly current: HTMLElement | null }, rows: readonly Invocation[]): void {
  const before = useRef<Invocation | undefined>(undefined);
  useLayoutEffect(() => {
    const [newest] = rows;
    const added = before.current === undefined ? 0 : rows.indexOf(before.current);
    before.current = newest;
    if (element.current && element.current.scrollTop > 0 && added > 0) element.current.scrollTop += added * rowHeight;
  }, [rows, rows[0]]);
}

function useVisibleCursor(
  element: { readonly current: HTMLElement | null },
  rows: readonly Invocation[],
  cursor: Invocation | undefined,
): void {
  useEffect(() => {
    const index = cursor ? rows.indexOf(cursor) : -1;
    if (element.current === null || index < 0) return;
    const { scrollTop, clientHeight } = element.current;
    const place = index * rowHeight;
    // The head takes a row of what is seen.
    const seen = clientHeight - rowHeight;
    if (place < scrollTop) element.current.scrollTop = place;
    else if (place + rowHeight > scrollTop + seen) element.current.scrollTop = place + rowHeight - seen;
  }, [cursor]);
}

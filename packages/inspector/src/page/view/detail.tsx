import type { JSX } from 'preact';
import { summaryOf } from '../model/filter.ts';
import { byteLength, formatBytes, formatDuration, formatTime } from '../model/format.ts';
import { functionErrorOf } from '../model/function-error.ts';
import { durationOf, type Invocation, initDurationOf, isUnderWay, statusOf } from '../model/invocation.ts';
import { formatJson } from '../model/json-text.ts';
import { CopyButton } from './copy-button.tsx';
import { ErrorView } from './error-view.tsx';
import { useNow } from './hooks.ts';
import { Payload } from './json-view.tsx';
import { LogView } from './log-view.tsx';
import { Status } from './status.tsx';
import { Timeline } from './timeline.tsx';

interface Props {
  readonly invocation: Invocation;
  readonly timeoutMs: number | undefined;
  readonly showFunction: boolean;
  readonly onRerun: () => void;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** All that is known of one invocation. */
export function Detail({ invocation, timeoutMs, showFunction, onRerun, onEdit, onClose }: Props): JSX.Element {
  const { requestId, event, outcome } = invocation;
  const error = functionErrorOf(invocation);
  const result = outcome?.payload;
  const cutFrom = outcome?.truncated ? outcome.bytes : undefined;
  return (
    <section class="detail" aria-label="Invocation">
      <header>
        <Status status={statusOf(invocation)} />
        <h2 class="cut">{summaryOf(invocation) || requestId}</h2>
        <span class="muted arrival">
          {showFunction && `${invocation.functionName}, `}
          {formatTime(invocation.firstAt)}
        </span>
        <button type="button" onClick={onRerun} disabled={event === undefined}>
          Re-run <kbd>r</kbd>
        </button>
        <button type="button" onClick={onEdit} disabled={event === undefined}>
          Edit <kbd>e</kbd>
        </button>
        <button type="button" class="quiet" onClick={onClose} aria-label="Close" title="Close (Esc)">
          ✕
        </button>
      </header>
      <div class="sections">
        <Figures invocation={invocation} />
        <section>
          <h3>Timeline</h3>
          <Timeline invocation={invocation} timeoutMs={timeoutMs} />
        </section>
        {error && (
          <section>
            <h3>Error</h3>
            <ErrorView error={error} />
          </section>
        )}
        <section>
          <h3>
            Log {isUnderWay(invocation) && <span class="live-mark">live</span>}
            {invocation.logs.length > 0 && <CopyButton text={() => invocation.logs.map(({ text }) => text).join('')} />}
          </h3>
          <LogView key={requestId} invocation={invocation} />
        </section>
        {event && (
          <section>
            <h3>
              Event <Size text={event.text} cutFrom={event.cutFrom} />
              <CopyButton text={() => formatJson(event.text)} />
            </h3>
            <Payload label="Event" payload={event} />
          </section>
        )}
        {result !== undefined && (
          <section>
            <h3>
              Result <Size text={result} cutFrom={cutFrom} />
              <CopyButton text={() => formatJson(result)} />
            </h3>
            <Payload label="Result" payload={{ text: result, cutFrom }} />
          </section>
        )}
      </div>
    </section>
  );
}

const Size = ({ text, cutFrom }: { text: string; cutFrom: number | undefined }): JSX.Element => (
  <span class="muted size">{formatBytes(cutFrom ?? byteLength(text))}</span>
);

function Figures({ invocation }: { invocation: Invocation }): JSX.Element {
  const now = useNow(isUnderWay(invocation));
  const { report, requestId, traceId } = invocation;
  const duration = durationOf(invocation, now);
  const init = initDurationOf(invocation);
  const memory = report?.maxMemoryUsedMb;
  const trace = traceId?.split(';')[0]?.replace(/^Root=/, '');
  return (
    <dl class="figures">
      <Figure name="Duration" value={duration === undefined ? '–' : formatDuration(duration)} />
      <Figure name="Billed" value={report ? `${report.billedDurationMs} ms` : '–'} />
      <Figure name="Init" value={init === undefined ? 'warm' : formatDuration(init)} />
      <Figure name="Memory" value={report && memory ? `${memory} of ${report.memorySizeMb} MB` : '–'} />
      <Figure name="Request" value={requestId} isId />
      {trace && <Figure name="Trace" value={trace} isId />}
    </dl>
  );
}

const Figure = ({ name, value, isId }: { name: string; value: string; isId?: boolean }): JSX.Element => (
  <div class={isId ? 'id' : ''}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

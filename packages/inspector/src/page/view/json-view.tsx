import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { formatBytes } from '../model/format.ts';
import type { PayloadText } from '../model/invocation.ts';
import { prettyJson } from '../model/json-text.ts';

/** JSON on lines of its own, with colours; other text as it is. */
export function JsonView({ text }: { text: string }): JSX.Element {
  const pieces = useMemo(() => prettyJson(text), [text]);
  if (pieces === undefined) return <>{text}</>;
  return (
    <>
      {pieces.map(({ kind, text }, index) =>
        kind === 'gap' ? text : <span key={index} class={`json-${kind}`} children={text} />,
      )}
    </>
  );
}

/** An event or a result: as text to read and to copy. */
export function Payload({ label, payload }: { label: string; payload: PayloadText }): JSX.Element {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre class="payload" tabIndex={0} role="region" aria-label={label}>
        {payload.text === '' ? <span class="muted">nothing</span> : <JsonView text={payload.text} />}
      </pre>
      {payload.cutFrom !== undefined && (
        <p class="muted">Cut here: the whole has {formatBytes(payload.cutFrom)}, and the feed carries 64 KiB of it.</p>
      )}
    </>
  );
}

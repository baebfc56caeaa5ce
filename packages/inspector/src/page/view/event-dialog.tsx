import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServedFunction } from '../api.ts';
import { formatJson, jsonFlaw } from '../model/json-text.ts';
import { deleteEvent, type SavedEvent, savedEvents, saveEvent } from '../model/saved-events.ts';
import { templates } from '../model/templates.ts';
import { Dialog } from './dialog.tsx';

/** An event that is being written. */
export interface Draft {
  readonly functionName: string | undefined;
  readonly text: string;
}

interface Props {
  readonly functions: readonly ServedFunction[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly onSend: (functionName: string, text: string) => void;
  readonly onClose: () => void;
}

/** Writes an event, from a template, a saved one or nothing, and sends it. */
export function EventDialog({ functions, draft, onChange, onSend, onClose }: Props): JSX.Element {
  const [saved, setSaved] = useState<readonly SavedEvent[]>(() => savedEvents(localStorage));
  const [name, setName] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  // Browsers begin at the end, and there is little to see of an event.
  useEffect(() => field.current?.setSelectionRange(0, 0), []);
  useEffect(() => field.current?.scrollTo(0, 0), []);
  const functionName = draft.functionName ?? functions[0]?.functionName;
  const flaw = draft.text.trim() === '' ? 'An event is JSON; an empty one is {}' : jsonFlaw(draft.text);
  const canSend = flaw === undefined && functionName !== undefined;
  const write = (text: string): void => onChange({ ...draft, text });
  const send = (): void => {
    if (canSend) onSend(functionName, draft.text);
  };
  const choose = (value: string): void => {
    const [kind, index] = value.split(':');
    const chosen = kind === 'saved' ? saved[Number(index)] : undefined;
    setName(chosen?.name ?? '');
    if (chosen) write(chosen.text);
    else if (kind === 'template') write(JSON.stringify(templates[Number(index)]?.event, undefined, 2));
  };
  return (
    <Dialog label="Send an event" onClose={onClose}>
      <form
        class="event-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div class="fields">
          {functions.length > 1 && (
            <label>
              Function
              <select
                value={functionName}
                onChange={({ currentTarget }) => onChange({ ...draft, functionName: currentTarget.value })}
              >
                {functions.map((one) => (
                  <option key={one.functionName}>{one.functionName}</option>
                ))}
              </select>
            </label>
          )}
          <label class="grow">
            Start from
            <select value="" onChange={({ currentTarget }) => choose(currentTarget.value)}>
              <option value="">a template or a saved event…</option>
              {saved.length > 0 && (
                <optgroup label="Saved">
                  {saved.map(({ name }, index) => (
                    <option key={name} value={`saved:${index}`}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              )}
              <optgroup label="Templates">
                {templates.map(({ name }, index) => (
                  <option key={name} value={`template:${index}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>
        </div>
        <div class="label-line">
          <label for="event-text">Event</label>
          <button
            type="button"
            class="quiet"
            onClick={() => write(formatJson(draft.text))}
            disabled={flaw !== undefined}
          >
            Format
          </button>
        </div>
        <textarea
          id="event-text"
          ref={field}
          value={draft.text}
          autofocus
          spellcheck={false}
          rows={18}
          aria-invalid={flaw !== undefined}
          aria-describedby="event-flaw"
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
          }}
        />
        <p id="event-flaw" class={flaw ? 'flaw' : 'muted'} aria-live="polite">
          {flaw ?? `Valid JSON. It is sent as it is written.`}
        </p>
        <div class="actions">
          <label class="grow name">
            <span class="hidden">Name to save it under</span>
            <input
              value={name}
              placeholder="Name to save it under"
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
          <button
            type="button"
            disabled={flaw !== undefined || name.trim() === ''}
            onClick={() => setSaved(saveEvent(localStorage, { name: name.trim(), text: draft.text }))}
          >
            Save
          </button>
          <button
            type="button"
            disabled={saved.every((one) => one.name !== name.trim())}
            onClick={() => setSaved(deleteEvent(localStorage, name.trim()))}
          >
            Delete
          </button>
          <button type="submit" class="primary" disabled={!canSend}>
            Send <kbd>Ctrl ⏎</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Address, writeAddress } from '../address.ts';
import { parseFilter } from '../model/filter.ts';
import { formatCount } from '../model/format.ts';
import type { Invocation } from '../model/invocation.ts';
import { formatJson } from '../model/json-text.ts';
import type { Store } from '../store.ts';
import { Detail } from './detail.tsx';
import { type Draft, EventDialog } from './event-dialog.tsx';
import { Header } from './header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { useStore } from './hooks.ts';
import { InvocationList } from './invocation-list.tsx';
import { useKeys } from './keys.ts';
import { NoInvocations } from './no-invocations.tsx';
import { Overview } from './overview.tsx';
import { applyTheme, nextTheme, storedTheme } from './theme.ts';

export function App({ store, address }: { store: Store; address: Address }): JSX.Element {
  useStore(store);
  const { invocations, functions } = store;
  const [query, setQuery] = useState('');
  const [cursorId, setCursorId] = useState(address.invocation);
  const [isOpen, setIsOpen] = useState(address.invocation !== undefined);
  const [dialog, setDialog] = useState<'event' | 'help' | undefined>(undefined);
  const [draft, setDraft] = useState<Draft>({ functionName: undefined, text: '{}' });
  const [theme, setTheme] = useState(storedTheme);
  const filterField = useRef<HTMLInputElement>(null);

  const rows = useRows(store, query);
  const cursor = invocations.get(cursorId);
  const open = isOpen ? cursor : undefined;
  useEffect(() => writeAddress({ token: address.token, invocation: open?.requestId }), [open?.requestId]);

  const choose = ({ requestId }: Invocation): void => {
    setCursorId(requestId);
    setIsOpen(true);
  };
  const moveTo = (index: number): void => {
    setCursorId(rows[Math.min(Math.max(index, 0), rows.length - 1)]?.requestId);
  };
  // Without a cursor, -1: the next is the first.
  const move = (step: number): void => moveTo((cursor ? rows.indexOf(cursor) : -1) + step);
  const send = (functionName: string, text: string): void => {
    setDialog(undefined);
    void store.send(functionName, text, (requestId) => {
      setCursorId(requestId);
      setIsOpen(true);
    });
  };
  const rerun = (): void => {
    if (cursor?.event === undefined) return;
    if (cursor.event.cutFrom === undefined) send(cursor.functionName, cursor.event.text);
    else store.setTrouble('This event is known in part only: it is larger than what the feed carries.');
  };
  const edit = (): void => {
    if (cursor?.event === undefined) return;
    setDraft({ functionName: cursor.functionName, text: formatJson(cursor.event.text) });
    setDialog('event');
  };
  // The browser tells of a dialog's end late: there may be another one by then.
  const endDialog = (ended: typeof dialog): void => setDialog((current) => (current === ended ? undefined : current));
  const changeTheme = (): void => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  const next = (): void => move(1);
  const previous = (): void => move(-1);
  useKeys({
    j: next,
    ArrowDown: next,
    k: previous,
    ArrowUp: previous,
    Home: () => moveTo(0),
    End: () => moveTo(rows.length - 1),
    Enter: () => setIsOpen(true),
    Escape: () => (store.trouble === undefined ? setIsOpen(false) : store.setTrouble(undefined)),
    n: () => setDialog('event'),
    r: rerun,
    e: edit,
    t: changeTheme,
    '/': () => filterField.current?.focus(),
    '?': () => setDialog('help'),
  });

  return (
    <>
      <Header
        functions={functions}
        feedState={store.feedState}
        theme={theme}
        onNew={() => setDialog('event')}
        onTheme={changeTheme}
        onHelp={() => setDialog('help')}
      />
      {store.trouble && (
        <p class="trouble" role="alert">
          {store.trouble}
          <button type="button" class="quiet" onClick={() => store.setTrouble(undefined)} aria-label="Dismiss">
            ✕
          </button>
        </p>
      )}
      <main class={open ? 'with-detail' : ''}>
        <section class="overview-and-list" aria-label="List">
          <Overview rows={rows} total={invocations.list.length} failed={invocations.failed} onChoose={choose} />
          <div class="filter">
            <input
              ref={filterField}
              type="search"
              value={query}
              aria-label="Filter"
              placeholder="Filter: words, is:error, >100ms"
              onInput={({ currentTarget }) => setQuery(currentTarget.value)}
              onKeyDown={({ key, currentTarget }) => {
                if (key === 'Escape') setQuery('');
                if (key === 'Escape' || key === 'Enter') currentTarget.blur();
              }}
            />
            <kbd>/</kbd>
          </div>
          {invocations.lost > 0 && (
            <p class="lost">
              {formatCount(invocations.lost)} events were no longer kept when this page came for them: older invocations
              may be missing here, or parts of them.
            </p>
          )}
          {rows.length === 0 ? (
            <NoInvocations functions={functions} isFiltered={query !== ''} />
          ) : (
            <InvocationList
              rows={rows}
              cursor={cursor}
              isOpen={isOpen}
              showFunctions={functions.length > 1}
              onChoose={choose}
            />
          )}
        </section>
        {open && (
          <Detail
            invocation={open}
            timeoutMs={store.timeoutOf(open.functionName)}
            showFunction={functions.length > 1}
            onRerun={rerun}
            onEdit={edit}
            onClose={() => setIsOpen(false)}
          />
        )}
      </main>
      {dialog === 'event' && (
        <EventDialog
          functions={functions}
          draft={draft}
          onChange={setDraft}
          onSend={send}
          onClose={() => endDialog('event')}
        />
      )}
      {dialog === 'help' && <HelpDialog onClose={() => endDialog('help')} />}
    </>
  );
}

/** The invocations that the filter lets through, the newest first. */
function useRows({ invocations }: Store, query: string): readonly Invocation[] {
  const match = useMemo(() => (query.trim() === '' ? undefined : parseFilter(query)), [query]);
  const { list, version } = invocations;
  return useMemo(() => (match ? list.filter(match) : list.slice()).reverse(), [list, version, match]);
}

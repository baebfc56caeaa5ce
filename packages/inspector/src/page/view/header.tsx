import type { JSX } from 'preact';
import type { ServedFunction } from '../api.ts';
import type { FeedState } from '../feed.ts';
import type { Theme } from './theme.ts';

interface Props {
  readonly functions: readonly ServedFunction[];
  readonly feedState: FeedState;
  readonly theme: Theme;
  readonly onNew: () => void;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
}

const stateWords: Readonly<Record<FeedState, string>> = {
  connecting: 'connecting',
  live: 'live',
  offline: 'connection lost, trying again',
};

export function Header({ functions, feedState, theme, onNew, onTheme, onHelp }: Props): JSX.Element {
  const [only] = functions.length === 1 ? functions : [];
  return (
    <header class="page-header">
      <span class="mark" aria-hidden="true">
        λ
      </span>
      <h1 class="cut">
        {only?.functionName ?? (functions.length > 1 ? `${functions.length} functions` : 'lambda-bootstraps')}
      </h1>
      {only && (
        <p class="facts cut">
          {[only.runtime, only.handler, `${only.timeoutMs / 1000} s`, `${only.memorySizeMb} MB`].map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      )}
      <span class="space" />
      <span class={`feed ${feedState}`} role="status">
        <i aria-hidden="true" />
        {stateWords[feedState]}
      </span>
      <button type="button" class="primary" onClick={onNew}>
        New event <kbd>n</kbd>
      </button>
      <button
        type="button"
        class="quiet"
        onClick={onTheme}
        title="Light, dark, or as the system (t)"
        aria-label={`Colours: ${theme}`}
      >
        {theme === 'light' ? '☀' : theme === 'dark' ? '☾' : '◐'}
      </button>
      <button type="button" class="quiet" onClick={onHelp} title="Keys and filters (?)" aria-label="Help">
        ?
      </button>
    </header>
  );
}

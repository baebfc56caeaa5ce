import type { JSX } from 'preact';
import type { ServedFunction } from '../api.ts';

interface Props {
  readonly functions: readonly ServedFunction[];
  readonly isFiltered: boolean;
}

/** What to do where there is nothing to see. */
export function NoInvocations({ functions, isFiltered }: Props): JSX.Element {
  if (isFiltered) return <p class="nothing">No invocation is like that.</p>;
  const name = functions[0]?.functionName ?? 'test';
  return (
    <div class="nothing">
      <p>
        Nothing was invoked yet. Press <kbd>n</kbd> to send an event, or:
      </p>
      <pre>{`curl -d '{}' ${location.origin}/2015-03-31/functions/${name}/invocations`}</pre>
    </div>
  );
}

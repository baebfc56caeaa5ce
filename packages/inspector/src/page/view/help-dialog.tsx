import type { JSX } from 'preact';
import { Dialog } from './dialog.tsx';

const keys: readonly (readonly [keys: readonly string[], action: string])[] = [
  [['j', '↓'], 'the next invocation, an older one'],
  [['k', '↑'], 'the one before, a newer one'],
  [['Home', 'End'], 'the newest, the oldest'],
  [['Enter'], 'open it'],
  [['Esc'], 'close it'],
  [['n'], 'write a new event'],
  [['r'], 'send the same event again'],
  [['e'], 'change the event, then send it'],
  [['/'], 'filter the list'],
  [['t'], 'light, dark, or as the system'],
  [['?'], 'this help'],
];

const filters: readonly (readonly [word: string, meaning: string])[] = [
  ['orders', 'in the event, the result, the log, the error or an id'],
  ['is:error', 'every failure; also is:ok, is:timeout, is:running, is:cold'],
  ['>100ms', 'took longer; also <1s'],
];

export const HelpDialog = ({ onClose }: { onClose: () => void }): JSX.Element => (
  <Dialog label="Keys and filters" onClose={onClose}>
    <dl class="keys">
      {keys.map(([names, action]) => (
        <div key={action}>
          <dt>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}
          </dt>
          <dd>{action}</dd>
        </div>
      ))}
    </dl>
    <h3>A filter has one or more of</h3>
    <dl class="keys">
      {filters.map(([word, meaning]) => (
        <div key={word}>
          <dt>
            <code>{word}</code>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  </Dialog>
);

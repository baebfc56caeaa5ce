// Timers for clock.test.ts: says which have called back, in their order.
import { llrtHost, native } from '../index.ts';

const { clock } = llrtHost;
const said: string[] = [];
const say = (word: string) => (): void => void said.push(word);

clock.timer(120, () => {
  said.push('second');
  clock.timer(0, last);
  said.push('not within the call');
});
clock.timer(100, say('first'));
clock.timer(110, say('cancelled')).cancel();
clock.timer(130, () => victim.cancel());
const victim = clock.timer(140, say('cancelled by another'));
clock.timer(900_000, say('in a quarter of an hour'));

function last(): void {
  said.push('at once');
  const startedAt = clock.monotonic();
  clock.timer(150, () => {
    native.write(1, `${said.join(', ')}\n${clock.monotonic() - startedAt >= 150}\n`);
    native.exit(0);
  });
}

import t from 'tap';
import { decodeText } from '../bytes.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { nameSandbox } from './sandbox-domain.ts';

const named = '127.0.0.1 localhost\n127.0.0.1 sandbox.localdomain sandbox\n';

async function name(hosts: string | undefined, isInit: boolean) {
  const files: Record<string, string> = hosts === undefined ? {} : { '/etc/hosts': hosts };
  const { host } = createMemoryHost({ files, isInit });
  const notices: string[] = [];
  for (let time = 0; time < 2; time++) await nameSandbox(host, (sentence) => notices.push(sentence));
  return { hosts: decodeText(await host.files.read('/etc/hosts').catch(() => new Uint8Array())), notices };
}

t.test('sandbox.localdomain', async (t) => {
  t.strictSame(await name('127.0.0.1 localhost\n', true), { hosts: named, notices: [] }, 'is entered once');
  t.strictSame(await name(named, false), { hosts: named, notices: [] }, 'is there');
  t.strictSame(
    await name('127.0.0.1 localhost\n', false),
    {
      hosts: '127.0.0.1 localhost\n',
      notices: [
        'sandbox.localdomain, where extensions may listen, is not in /etc/hosts: add "127.0.0.1 sandbox.localdomain" to it',
      ],
    },
    'a machine that is not ours is left as it is',
  );
  t.match(await name(undefined, true), { notices: [/--add-host sandbox\.localdomain:127\.0\.0\.1$/] });
});

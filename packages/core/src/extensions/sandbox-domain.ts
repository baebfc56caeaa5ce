import { decodeText, encodeText } from '../bytes.ts';
import type { Host } from '../host.ts';

const hostsFile = '/etc/hosts';
const name = 'sandbox.localdomain';
const told = new WeakSet<Host>();

/**
 * Extensions listen at `sandbox.localdomain`, which Lambda resolves for them ("Lambda Telemetry API", destination). In a
 * container that is ours it is entered into the hosts file; elsewhere that file is not ours to change, and who needs the
 * name is told once.
 */
export async function nameSandbox(host: Host, notice: (sentence: string) => void): Promise<void> {
  const entries = await host.files.read(hostsFile).then(decodeText, () => '');
  if (entries.includes(name)) return;
  try {
    if (!host.isInit) throw new Error('the machine is not ours');
    await host.files.append(hostsFile, encodeText(`127.0.0.1 ${name} sandbox\n`));
  } catch {
    if (told.has(host)) return;
    told.add(host);
    const remedy = host.isInit
      ? `run the container with --add-host ${name}:127.0.0.1`
      : `add "127.0.0.1 ${name}" to it`;
    notice(`${name}, where extensions may listen, is not in ${hostsFile}: ${remedy}`);
  }
}

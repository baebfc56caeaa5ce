// A client for tcp.test.ts: does what its arguments say with a port, and says what happened, a line each.
import { decodeText, encodeText } from '@lambda-bootstraps/core';
import { llrtHost, native } from '../index.ts';

const [, what = '', port = ''] = native.arguments;
const say = (line: string): void => native.write(1, `${line}\n`);
const connect = () => llrtHost.tcp.connect('127.0.0.1', Number(port));
const megabyte = new Uint8Array(1_048_576);

const programs: Readonly<Record<string, () => Promise<void>>> = {
  async echo() {
    const connection = await connect();
    await connection.write(encodeText('grüße'));
    let text = '';
    for await (const chunk of connection.chunks()) {
      text += decodeText(chunk);
      if (text === 'grüße') break;
    }
    await connection.write(encodeText('!'));
    for await (const chunk of connection.chunks()) text += decodeText(chunk);
    say(text);
    connection.close();
  },
  async read() {
    const connection = await connect();
    await connection.write(encodeText('x'));
    for await (const chunk of connection.chunks()) say(`read ${decodeText(chunk)}`);
    say('ended');
  },
  async large() {
    const connection = await connect();
    // Nobody waits between them: they keep their order all the same.
    const writes = [1, 2, 3, 4].map((byte) => connection.write(megabyte.slice().fill(byte)));
    await Promise.all(writes);
    say('written');
    for await (const chunk of connection.chunks()) say(decodeText(chunk));
  },
  async close() {
    const connection = await connect();
    const reading = connection.chunks()[Symbol.asyncIterator]().next();
    const writing = (async () => {
      for (;;) await connection.write(megabyte);
    })().catch(() => say('writing ended'));
    llrtHost.clock.timer(50, () => connection.close());
    await Promise.all([reading.catch(() => undefined), writing]);
    say('reading ended');
    await connection.write(encodeText('x')).catch((error) => say(`closed: ${error.code}`));
    connection.close();
  },
};

await programs[what]?.().catch((error) => say(`failed: ${error.code}`));
native.exit(0);

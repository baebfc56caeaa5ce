import { decodeText } from '../bytes.ts';
import type { MemoryProgram } from './memory-launcher.ts';

const api = '/2018-06-01/runtime';

/** What it does before its first request for work, if anything. */
export type EchoInit = 'error' | 'exit' | 'restore' | 'restore-error';

/** A runtime that does what an event's `do` says: answers (by default), throws, writes a line, exits or hangs. */
export const echoRuntime =
  (init?: EchoInit): MemoryProgram =>
  async (context) => {
    const fails = async (path: string, errorType: string): Promise<void> => {
      const headers = { 'Lambda-Runtime-Function-Error-Type': errorType };
      await context.fetch(`${api}/${path}`, { method: 'POST', headers, body: JSON.stringify({ errorType }) });
      context.exit(1);
    };
    if (init === 'exit') return context.exit(1);
    if (init === 'error') return fails('init/error', 'Runtime.ImportModuleError');
    if (init !== undefined) await context.fetch(`${api}/restore/next`);
    if (init === 'restore-error') return fails('restore/error', 'Function.AfterRestoreError');
    for (;;) {
      const { headers, body } = await context.fetch(`${api}/invocation/next`);
      const event = JSON.parse(decodeText(body));
      const answer = (kind: string, text: string) =>
        context.fetch(`${api}/invocation/${headers['lambda-runtime-aws-request-id']}/${kind}`, {
          method: 'POST',
          body: text,
        });
      switch (event.do) {
        case 'throw':
          await answer('error', '{"errorType":"Error","errorMessage":"thrown"}');
          break;
        case 'exit':
          return context.exit(3);
        case 'hang':
          await context.ended;
          return;
        case 'write':
          context.writeStdout(event.text);
          await answer('response', 'null');
          break;
        default:
          await answer('response', JSON.stringify(event));
      }
    }
  };

import { createTextLog, decodeText, type Sandbox } from '@lambda-bootstraps/core';

/** The log of a sandbox from now on, as the text format writes it; the returned function gives what there is. */
export function gatherLog(sandbox: Sandbox): () => string {
  let log = '';
  sandbox.subscribe(
    createTextLog({
      writeLine: (line) => {
        log += `${line}\n`;
      },
      writeOutput: (_stream, bytes) => {
        log += decodeText(bytes);
      },
    }),
  );
  return () => log;
}

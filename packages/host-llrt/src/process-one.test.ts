import { execFile, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { promisify } from 'node:util';
import t from 'tap';
import { executable, noExecutable } from './testing/executable.ts';

const run = promisify(execFile);
t.setTimeout(60_000);

/** In a container the program is process 1; a namespace of process ids does the same. */
const namespace = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const mayNot =
  spawnSync('unshare', [...namespace, 'true'], { stdio: 'ignore' }).status !== 0 &&
  'needs the right to make a namespace of process ids';

t.test(
  'as process 1: orphans are waited for, and nobody loses the exit of the runtime',
  { skip: noExecutable || mayNot },
  async (t) => {
    const folder = t.testdir({
      bootstrap: `#!/bin/bash
      api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
      next() { curl -s -D - -o /dev/null $api/invocation/next | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip' | tr -d '\\r'; }
      id=$(next)
      for one in 1 2 3; do (setsid sh -c 'exit 3' &); (sleep 0.1 &); done
      sleep 0.5
      zombies=$(cat /proc/[0-9]*/stat 2> /dev/null | awk '$3 == "Z"' | grep -c -v bash)
      echo "parent $PPID, zombies $zombies" >&2
      exit 5`,
    });
    chmodSync(`${folder}/bootstrap`, 0o755);
    const words = ['invoke', 'x', '{}', '--runtime', 'provided.al2023', '--task-dir', folder];
    const ended = await run('unshare', [...namespace, executable, ...words]).catch((error) => error);
    t.match(ended.stderr, /parent 1, zombies 0\n/);
    t.match(ended.stdout, /exit status 5/);
  },
);

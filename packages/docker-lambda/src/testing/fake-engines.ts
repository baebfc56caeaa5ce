import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

export const functions = fileURLToPath(new URL('functions', import.meta.url));

/** An image's name whose tag is the runtime that the fake engine runs by this Node. */
export const image = `functions:nodejs${process.versions.node.split('.')[0]}.x`;

export interface EngineCall {
  readonly engine: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly process: number;
}

/** What the fake engine answers to `run`, instead of running anything. */
export interface CannedAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
  /** It comes to no end by itself. */
  readonly hangs?: boolean;
}

/** `docker`, `podman` and `nerdctl` first on PATH, all of them fake, for as long as the test file runs. */
export class FakeEngines {
  readonly folder: string;

  constructor(t: Test) {
    const program = fileURLToPath(new URL('fake-engine.mjs', import.meta.url));
    const script = (name: string): string =>
      `#!/bin/sh\nFAKE_ENGINE_NAME=${name} exec '${process.execPath}' '${program}' "$@"\n`;
    const names = ['docker', 'podman', 'nerdctl'];
    const bin = Object.fromEntries(names.map((name) => [name, script(name)]));
    const folder = t.testdir({ bin, state: {} });
    for (const name of names) chmodSync(join(folder, 'bin', name), 0o755);
    this.folder = join(folder, 'state');
    process.env.PATH = [join(folder, 'bin'), process.env.PATH].join(delimiter);
    process.env.FAKE_ENGINE_FOLDER = this.folder;
    for (const name of ['LAMBDA_BOOTSTRAPS_ENGINE', 'DOCKER_HOST', 'CONTAINER_HOST']) delete process.env[name];
  }

  /** How it was called since this was last asked. */
  calls(): EngineCall[] {
    const file = join(this.folder, 'calls');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    rmSync(file);
    return lines.map((line) => JSON.parse(line));
  }

  /** From now on, until the test is over. */
  answers(t: Test, canned: CannedAnswer): void {
    process.env.FAKE_ENGINE_SAYS = JSON.stringify(canned);
    t.teardown(() => {
      delete process.env.FAKE_ENGINE_SAYS;
    });
  }

  /** The names of the containers that are there. */
  containers(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.startsWith('container-'))
      .map((name) => name.slice('container-'.length));
  }

  /** Waits until every container has been removed. */
  async allGone(): Promise<void> {
    while (this.containers().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

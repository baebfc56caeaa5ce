import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from '../../../packages/host-llrt/build/bundle.mjs';
import { need } from '../../../tooling/needs.mjs';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const executable = path('../../../packages/host-llrt/dist/lambda-bootstraps');

/** For tap's `skip`: false where the executable was built. */
export const noExecutable: string | false = existsSync(executable)
  ? false
  : need('cargo') || 'needs rust: with the target musl (rustup target add x86_64-unknown-linux-musl), then npm run build';

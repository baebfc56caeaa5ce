import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { handlersBy, type Target, type TargetSource } from '../../../conformance/src/target.ts';
import { need } from '../../../tooling/needs.mjs';
import { goTarget } from './go-target.ts';
import { rustTarget } from './rust-target.ts';

const bash: Target = {
  name: 'provided (bash, curl) by http',
  family: 'provided',
  runtimeName: 'provided.al2023',
  taskRoot: fileURLToPath(new URL('bash', import.meta.url)),
  handlers: handlersBy((behaviour) => behaviour),
};

const bashTarget: TargetSource = async () => {
  const missing = need('curl') || (!existsSync('/bin/bash') && 'needs bash in /bin');
  return [missing ? { name: bash.name, missing } : bash];
};

/** A bootstrap of each language that has an official client or needs none. */
export const targets: TargetSource = async () => {
  if (process.platform === 'win32') {
    return [{ name: 'provided', missing: 'an OS-only function is a program for Linux or macOS' }];
  }
  return (await Promise.all([bashTarget(), goTarget(), rustTarget()])).flat();
};

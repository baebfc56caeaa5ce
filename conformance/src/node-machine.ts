import { fileURLToPath } from 'node:url';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import type { Machine } from './on-host.ts';

export const nodeMachine: Machine = {
  hostName: 'Node',
  host: nodeHost,
  launcher: nodeLauncher,
  root: fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, ''),
  searchPath: process.env.PATH ?? '',
  interpreter: { executable: process.execPath, version: process.version },
  findExecutable,
};

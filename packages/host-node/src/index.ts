export { findExecutable } from './find-executable.ts';
export { nodeLauncher } from './launcher.ts';
export { nodeHost } from './node-host.ts';
export { treeMemoryByPs } from './process-table.ts';
export { processTree } from './process-tree.ts';

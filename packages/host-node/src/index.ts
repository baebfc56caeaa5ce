export { findExecutable } from './find-executable.ts';
export { listenForUpgrades, type Strictness } from './http-server.ts';
export { nodeLauncher } from './launcher.ts';
export { nodeHost } from './node-host.ts';
export { type NodeListenerOptions, nodeListener } from './node-listener.ts';
export { treeMemoryByPs } from './process-table.ts';
export { processTree } from './process-tree.ts';
export type { UpgradeListener } from './upgrades.ts';

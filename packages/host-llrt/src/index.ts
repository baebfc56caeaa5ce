export { findExecutable } from './find-executable.ts';
export { llrtLauncher } from './launcher.ts';
export { llrtHost } from './llrt-host.ts';
export { native } from './native.ts';

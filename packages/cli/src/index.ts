export { createSandbox, type InvokeResult, type LocalSandbox, type LocalSandboxOptions } from './library.ts';

export { createProvidedRuntime, type ProvidedOptions } from './runtime.ts';

export { createProvidedRuntime, createRuntime, type ProvidedOptions } from './runtime.ts';

export { type InspectorFile, inspectorFiles } from './inspector-files.ts';

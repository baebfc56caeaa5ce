// Fills dist/, the package as it is published; see docs/executable.md.
import { fillPackage } from './build/fill-package.mjs';

await fillPackage({ workspace: import.meta.dirname, architecture: 'x64' });

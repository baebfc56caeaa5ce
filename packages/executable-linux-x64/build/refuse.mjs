// The prepack script of what must not be packed: says why, and what would be right.
import { readFileSync } from 'node:fs';

const { name, notFilled } = JSON.parse(readFileSync('package.json', 'utf8'));
console.error(
  notFilled
    ? `${name} is not filled, there is nothing to pack: ${notFilled}`
    : `${name} is packed from its dist folder: npm run build, then npm pack ./packages/${name.split('/')[1]}/dist`,
);
process.exit(1);

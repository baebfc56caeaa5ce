import { readFileSync } from 'node:fs';

/** The official clients that come with this project; peers are given the same. */
export const clientVersions = {
  python: read('python-mock')['4'][0].version as string,
  node: read('nodejs')['3'].version as string,
};

function read(family: string) {
  return JSON.parse(readFileSync(new URL(`../runtimes/${family}/ric-versions.json`, import.meta.url), 'utf8'));
}

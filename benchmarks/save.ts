import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Run, reportOf } from './report.ts';

const results = fileURLToPath(new URL('../.cache/benchmarks', import.meta.url));
const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

/** Writes a run as JSON and as Markdown. @returns the two files */
export function save(run: Run): string[] {
  const name = `${results}/${run.machine.startedAt.replaceAll(':', '-')}`;
  mkdirSync(results, { recursive: true });
  writeFileSync(`${name}.json`, `${JSON.stringify(run, undefined, 1)}\n`);
  writeFileSync(`${name}.md`, `${reportOf(run)}\n`);
  return [`${name}.json`, `${name}.md`];
}

/** Puts a run's tables into docs/performance.md, in the place of those that are there. */
export function publish(run: Run): void {
  writeFileSync(page, withReport(readFileSync(page, 'utf8'), reportOf(run)));
}

/** @throws Error where the page has no place for it */
export function withReport(text: string, report: string): string {
  const place = /(<!-- figures:[^>]*-->\n)[\s\S]*(<!-- end of figures -->)/;
  if (!place.test(text)) throw new Error('docs/performance.md has no place for figures');
  return text.replace(place, (_, before: string, after: string) => `${before}\n${report}\n\n${after}`);
}

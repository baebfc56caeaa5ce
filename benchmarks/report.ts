import type { Machine } from './machine.ts';
import type { Cell, Measured, Result } from './result.ts';
import type { Spread } from './statistics.ts';
import type { Target, TargetName } from './targets/target.ts';

/** All that a run has found, as it is written as JSON. */
export interface Run {
  readonly machine: Machine;
  readonly load: { readonly before: number; readonly after: number };
  readonly targets: readonly Pick<Target, 'name' | 'files'>[];
  readonly results: readonly Result[];
}

/** The run as a part of a page in Markdown. */
export function reportOf({ machine, load, targets, results }: Run): string {
  const { startedAt, processors, memoryGb, system, node } = machine;
  const names = targets.map(({ name }) => name);
  const notes = notesOf(results);
  const details = results.filter(({ isDetail }) => isDetail);
  return [
    `${startedAt.slice(0, 10)}: ${processors}, ${memoryGb} GB, ${system}, Node.js ${node}; load ${load.before} before, ${load.after} after. Median [quartiles] × ${usualBase(names)}'s, by rounds.`,
    '',
    ...tableOf(
      results.filter(({ isDetail }) => !isDetail),
      names,
      notes,
    ),
    ...(details.length === 0 ? [] : ['', '<details><summary>More of the same runs</summary>', '']),
    ...(details.length === 0 ? [] : tableOf(details, names, notes)),
    ...(details.length === 0 ? [] : ['', '</details>']),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note, index) => `${index + 1}. ${note}`)]),
  ].join('\n');
}

/** What went wrong and did not end the measurement, each once. */
const notesOf = (results: readonly Result[]): string[] => [
  ...new Set(results.flatMap(({ cells }) => Object.values(cells).flatMap((cell) => cell.notes.map(inOneLine)))),
];

function tableOf(results: readonly Result[], names: readonly TargetName[], notes: readonly string[]): string[] {
  if (results.length === 0) return [];
  return [
    `| | ${names.join(' | ')} | target |`,
    `|---|${'---|'.repeat(names.length + 1)}`,
    ...results.map((result) => rowOf(result, names, notes)),
  ];
}

export function rowOf(
  { name, unit, goal, cells }: Result,
  names: readonly TargetName[],
  notes: readonly string[] = [],
): string {
  const words = names.map((target) => wordsOf(cells[target], usualBase(names), notes));
  const verdicts = names.flatMap((target) => {
    const bound = goal?.bounds[target];
    if (goal === undefined || bound === undefined) return [];
    const cell = cells[target];
    const isMet = cell && 'spread' in cell ? cell.isMet : undefined;
    const verdict = isMet === undefined ? '' : isMet ? ' met' : ' **missed**';
    const against = goal.against === 'itself' ? '' : `× ${goal.against} `;
    return [`${target} ${against}${goal.kind === 'at most' ? '≤' : '≥'} ${bound}${verdict}`];
  });
  return `| ${name}, ${unit} | ${words.join(' | ')} | ${verdicts.join('; ')} |`;
}

/** With whom all are compared, unless a goal says otherwise. */
export const usualBase = (names: readonly TargetName[]): TargetName =>
  (['RIE', 'docker-lambda'] as const).find((name) => names.includes(name)) ?? 'floor';

function wordsOf(cell: Cell | undefined, usual: TargetName, notes: readonly string[]): string {
  if (cell === undefined) return '–';
  const marks = cell.notes.map((note) => notes.indexOf(inOneLine(note)) + 1).filter((mark) => mark > 0);
  const marked = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  if ('absent' in cell) return `${cell.absent}${marked}`;
  return `${spreadWords(cell.spread)}${timesWords(cell.times, usual)}${marked}`;
}

function timesWords(times: Measured['times'], usual: TargetName): string {
  if (times === undefined) return '';
  return ` × ${spreadWords(times.spread)}${times.target === usual ? '' : ` of ${times.target}`}`;
}

const inOneLine = (note: string): string => note.replace(/\s+/g, ' ').replaceAll('|', '¦').slice(0, 400);

function spreadWords({ low, median, high }: Spread): string {
  return low === high ? digits(median) : `${digits(median)} [${digits(low)}–${digits(high)}]`;
}

function digits(value: number): string {
  return value === 0 ? '0' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

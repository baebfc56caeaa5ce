import { Parser } from 'tap-parser';

// What is counted: a subtest without subtests of its own is one test, whatever the number of its assertions;
// a file without subtests is one test; so is each failure beside the subtests (an assertion, a crash, a timeout).

/** @typedef {{ name: string, details: string[] }} Failure */
/** @typedef {{ name: string, reason: string }} Skip */
/** @typedef {{ passed: number, failures: Failure[], skips: Skip[] }} Summary */
/** @typedef {{ result: import('tap-parser').Result, child?: Node | undefined }} Point */
/** @typedef {{ points: Point[] }} Node */

/**
 * Feed it TAP with `write` and `end`; `summary` grows as files end, and is whole after `end`.
 * @param {object} [options]
 * @param {(name: string, summary: Summary, milliseconds: number) => void} [options.onFile]
 * @param {(text: string) => void} [options.onExtra] what tests print that is not TAP
 */
export const createTapReader = ({ onFile = () => {}, onExtra = () => {} } = {}) => {
  /** @type {Summary} */
  const summary = { passed: 0, failures: [], skips: [] };
  const parser = new Parser();
  parser.on('child', (child) => listenToExtras(child, onExtra));
  collect(parser, (point) => {
    const file = countPoint(point);
    summary.passed += file.passed;
    summary.failures.push(...file.failures);
    summary.skips.push(...file.skips);
    onFile(point.result.name, file, point.result.time ?? 0);
  });
  parser.on('bailout', (reason) => summary.failures.push({ name: 'Bail out!', details: [String(reason)] }));
  return {
    summary,
    /** Whether the stream kept its own plans, all the way to its end. */
    isWhole: () => parser.results?.failures.every(({ tapError }) => !tapError) ?? false,
    /** @param {string} text */
    write: (text) => void parser.write(text),
    end: () => void parser.end(),
  };
};

/**
 * @param {Parser} parser
 * @param {(point: Point) => void} [onPoint]
 * @returns {Node}
 */
const collect = (parser, onPoint) => {
  /** @type {Node} */
  const node = { points: [] };
  /** @type {{ parser: Parser, node: Node } | undefined} */
  let open;
  /** @param {Point} point */
  const add = (point) => {
    node.points.push(point);
    onPoint?.(point);
  };
  parser.on('child', (child) => {
    open = { parser: child, node: collect(child) };
  });
  parser.on('assert', (result) => {
    add({ result, child: open?.node });
    open = undefined;
  });
  // A subtest whose result never came: its process died in it.
  parser.on('complete', () => {
    if (open) add({ result: unfinished(open.parser.name), child: open.node });
    open = undefined;
  });
  return node;
};

/** @param {string} name */
const unfinished = (name) =>
  /** @type {import('tap-parser').Result} */ ({ ok: false, name, diag: { message: 'never finished' } });

/**
 * @param {Point} file
 * @returns {Summary}
 */
const countPoint = (file) => {
  const { result } = file;
  // The test runner's words for a process that ended before its first test.
  if (result.skip === 'no tests found') {
    return { passed: 0, failures: [{ name: result.name, details: ['no tests found in this file'] }], skips: [] };
  }
  /** @type {Summary} */
  const summary = { passed: 0, failures: [], skips: [] };
  visit(file, result.name, summary);
  return summary;
};

/**
 * @param {Point} point
 * @param {string} name
 * @param {Summary} summary
 */
const visit = ({ result, child }, name, summary) => {
  if (result.skip || result.todo) {
    summary.skips.push({ name, reason: reasonOf(result) });
    return;
  }
  const points = child?.points ?? [];
  const subtests = points.filter((point) => point.child || point.result.skip || point.result.todo);
  const failedBefore = summary.failures.length;
  for (const subtest of subtests) visit(subtest, `${name} › ${subtest.result.name}`, summary);

  const named = new Set(subtests.map((subtest) => subtest.result.name));
  // A subtest that timed out is reported twice by its name: once as a subtest, once as an assertion.
  const assertions = points.filter(
    (point) => !subtests.includes(point) && !point.result.ok && !named.has(point.result.name),
  );
  if (assertions.length > 0) {
    summary.failures.push({ name, details: assertions.flatMap((point) => describe(point.result)) });
  } else if (!result.ok && summary.failures.length === failedBefore) {
    summary.failures.push({ name, details: describe(result) });
  } else if (result.ok && subtests.length === 0) {
    summary.passed += 1;
  }
};

/** @param {import('tap-parser').Result} result */
const reasonOf = ({ skip, todo }) => {
  if (typeof skip === 'string') return skip;
  if (skip) return 'no reason given';
  return typeof todo === 'string' ? `to do: ${todo}` : 'to do';
};

/**
 * @param {Parser} parser
 * @param {(text: string) => void} onExtra
 */
const listenToExtras = (parser, onExtra) => {
  parser.on('extra', onExtra);
  parser.on('child', (child) => listenToExtras(child, onExtra));
};

/**
 * @param {import('tap-parser').Result} result
 * @returns {string[]}
 */
const describe = ({ name, diag }) => {
  const { at, diff, message, error, expired, exitCode, signal, stack, found, wanted, ...rest } = diag ?? {};
  const place = at?.fileName ? ` (${at.fileName}:${at.lineNumber}:${at.columnNumber})` : '';
  const values = 'found' in (diag ?? {}) ? [`found: ${show(found)}`, `wanted: ${show(wanted)}`] : [];
  return [
    `${name}${place}`,
    ...[message, error?.message ?? error].filter(Boolean).map(String),
    ...(expired ? [`timed out (${expired})`] : []),
    ...(exitCode ? [`exit code ${exitCode}`] : []),
    ...(signal ? [`killed by ${signal}`] : []),
    ...(diff ? String(diff).trimEnd().split('\n') : values),
    ...(rest.compare && !diff ? [`compared by ${rest.compare}`] : []),
    ...(stack ? String(stack).trimEnd().split('\n') : []),
  ];
};

/** @param {unknown} value */
const show = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param {Summary} summary */
export const lastLine = ({ passed, failures, skips }) =>
  `${passed} passed, ${failures.length} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`;

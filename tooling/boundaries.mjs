// Dependencies point one way: core ← runtimes, core ← hosts, all ← cli. This reads every source's imports.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { listFiles } from './files.mjs';
import { listWorkspaces, readManifest, root } from './workspaces.mjs';

const core = '@lambda-bootstraps/core';

/**
 * What a package's sources may import beside themselves. `packages`: names, or any that its package.json lists.
 * @typedef {{ packages: readonly string[] | 'any', builtins: boolean }} Rule
 */

/** @type {ReadonlyArray<readonly [folder: RegExp, rule: Rule]>} */
const rules = [
  // Core runs on every host: what it uses does no I/O.
  [/^packages\/core$/, { packages: ['@smithy/eventstream-codec'], builtins: false }],
  [/^packages\/host-node$/, { packages: [core, 'chokidar', 'execa'], builtins: true }],
  [/^packages\/control$/, { packages: [core, 'ws'], builtins: true }],
  // A page, which a browser runs, and what hands it out.
  [/^packages\/inspector$/, { packages: ['preact'], builtins: true }],
  // The other host is a whole program: nothing but its own entry could bundle it. It has no built-in modules.
  [/^packages\/host-llrt$/, { packages: 'any', builtins: false }],
  [/^packages\/host-/, { packages: [core], builtins: true }],
  // A shim runs in the function's own process, so a runtime may use Node's modules.
  [/^runtimes\//, { packages: [core], builtins: true }],
  [/^/, { packages: 'any', builtins: true }],
];

/** Core knows no runtime by name. Those that are common words too count only as a whole string (`'go1.x'`). */
const familyAnywhere = /nodejs|python|ruby|dotnet|java(?!script)/i;
const familyAsString = /^(node|go|rust|provided)([\d.].*)?$/;

/** @typedef {{ file: string, text: string }} Source */
/** @typedef {{ folder: string, name: string, dependencies: readonly string[] }} Package */

/**
 * @param {Package} pkg
 * @param {Source} source `file` is relative to the root
 * @returns {string[]} one line a violation
 */
export const findViolations = (pkg, { file, text }) => {
  if (isTest(file)) return [];
  const rule = rules.find(([folder]) => folder.test(pkg.folder))?.[1] ?? { packages: 'any', builtins: true };
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const violations = [];
  /** @param {ts.Node} node @param {string} words */
  const report = (node, words) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    violations.push(`${file}:${line + 1} ${words}`);
  };
  const namesNoRuntime = pkg.folder === 'packages/core';

  /** @param {ts.Node} node */
  const visit = (node) => {
    const specifier = importedBy(node);
    if (specifier) {
      const words = judge(pkg, rule, file, specifier.text);
      if (words) report(node, words);
    }
    if (ts.isExportDeclaration(node) && (!node.exportClause || ts.isNamespaceExport(node.exportClause))) {
      report(node, 'has an `export *`: name what is exported');
    }
    if (namesNoRuntime && !specifier && namesFamily(node))
      report(node, `names a runtime family: ${node.getText(tree)}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return violations;
};

/** @param {string} file */
const isTest = (file) => /\.test\.[cm]?[jt]s$|\/(test|testing)\//.test(file);

/**
 * The module that an import, a re-export, an import() of values or types, or a require names.
 * @param {ts.Node} node
 * @returns {ts.StringLiteralLike | undefined}
 */
const importedBy = (node) => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require');
  return loads ? literal(node.arguments[0]) : undefined;
};

/** @param {ts.Node | undefined} node */
const literal = (node) => (node && ts.isStringLiteralLike(node) ? node : undefined);

/** @param {ts.Node} node */
const namesFamily = (node) => {
  if (ts.isIdentifier(node)) return familyAnywhere.test(node.text);
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
  return isText && (familyAnywhere.test(node.text) || familyAsString.test(node.text));
};

/**
 * @param {Package} pkg
 * @param {Rule} rule
 * @param {string} file
 * @param {string} specifier
 * @returns {string | undefined} what is wrong with the import
 */
const judge = (pkg, rule, file, specifier) => {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    return target.startsWith(`${pkg.folder}/`) ? undefined : `reaches into another package: ${specifier}`;
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return rule.builtins ? undefined : `imports ${specifier}: ${pkg.name} runs on hosts that are not Node`;
  }
  const [scopeOrName = '', name] = specifier.split('/');
  const imported = scopeOrName.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName;
  if (imported === pkg.name) return undefined;
  if (rule.packages !== 'any' && !rule.packages.includes(imported)) {
    return `imports ${imported}: ${pkg.name} may import ${rule.packages.join(', ') || 'nothing but itself'}`;
  }
  return pkg.dependencies.includes(imported) ? undefined : `imports ${imported}, which its package.json does not list`;
};

/** Every violation in every workspace's src folder. */
export const checkBoundaries = (top = root) => {
  const files = listFiles(top);
  const tools = readManifest(top);
  return listWorkspaces(top).flatMap(({ folder, manifest }) => {
    // What is never published may use the root's tools.
    const pkg = {
      folder,
      name: manifest.name,
      dependencies: manifest.private ? listed(manifest, tools) : listed(manifest),
    };
    return files
      .filter((file) => file.startsWith(`${folder}/src/`) && /\.[cm]?[jt]sx?$/.test(file))
      .flatMap((file) => findViolations(pkg, { file, text: readFileSync(join(top, file), 'utf8') }));
  });
};

/** @param {import('./workspaces.mjs').Manifest[]} manifests */
const listed = (...manifests) =>
  manifests.flatMap(({ dependencies, devDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  );

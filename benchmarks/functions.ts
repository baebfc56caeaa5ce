import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonPackages } from '../conformance/src/doors/python-packages.ts';
import { buildGoFunction } from '../runtimes/provided/conformance/go-target.ts';
import { need } from '../tooling/needs.mjs';
import { clientVersions } from './client-versions.ts';
import { nodeClient } from './node-client.ts';
import { findPython } from './python.ts';

/** A function, and how the hosts of this project hand it its invocations. */
export interface BenchmarkFunction {
  readonly language: 'Go' | 'Python' | 'Node.js';
  /** Frames are only ours: a peer then has the official client's own HTTP. */
  readonly transport: 'HTTP' | 'frames';
  /** `echo` gives its event back; `sleep` does so after 50 ms. */
  readonly behaviour: 'echo' | 'sleep';
  /**
   * Its runtime with the official client, as a command, or undefined where that cannot be had. What it needs is built at
   * the first question.
   */
  command(): Promise<RuntimeCommand | undefined>;
  /** The same for the plain door, which knows the runtime by its name. */
  plain(): Promise<PlainFunction>;
  /** The least that a process of this language does, if there is such a thing. */
  readonly bare?: readonly [string, ...string[]];
}

export interface RuntimeCommand {
  readonly command: readonly [string, ...string[]];
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface PlainFunction {
  readonly runtime: string;
  readonly folder: string;
  readonly handler: string;
}

export const nameOf = ({ language, transport }: BenchmarkFunction): string => `${language} by ${transport}`;

const interpreter = findPython();

/** The functions in Python and for Node.js, by the same names. */
export const folder = fileURLToPath(new URL('functions', import.meta.url));

/** With aws-lambda-go; a static executable. */
const go: BenchmarkFunction = {
  language: 'Go',
  transport: 'HTTP',
  behaviour: 'echo',
  async command() {
    const bootstrap = join(await buildGoFunction(), 'bootstrap');
    return { command: [bootstrap], handler: 'echo', environment: { _HANDLER: 'echo' } };
  },
  plain: async () => ({ runtime: 'provided.al2023', folder: await buildGoFunction(), handler: 'echo' }),
};

/** With the client that the host has for frames, too. */
const python = (
  transport: BenchmarkFunction['transport'],
  behaviour: BenchmarkFunction['behaviour'],
): BenchmarkFunction => {
  const handler = `function.${behaviour}`;
  return {
    language: 'Python',
    transport,
    behaviour,
    async command() {
      const client = await pythonPackages(`awslambdaric==${clientVersions.python}`);
      return {
        command: [interpreter!.executable, '-m', 'awslambdaric', handler],
        handler,
        environment: { PYTHONPATH: `${client}:${folder}`, PYTHONDONTWRITEBYTECODE: '1' },
      };
    },
    plain: async () => ({ runtime: interpreter!.runtime, folder, handler }),
    bare: [interpreter!.executable, '-c', '0'],
  };
};

/** With the client of nodejs20.x and nodejs22.x on both sides, whatever Node.js runs it. */
const node = (
  transport: BenchmarkFunction['transport'],
  behaviour: BenchmarkFunction['behaviour'],
): BenchmarkFunction => {
  const handler = `function.${behaviour}`;
  return {
    language: 'Node.js',
    transport,
    behaviour,
    async command() {
      const client = await nodeClient();
      return client === undefined
        ? undefined
        : { command: [process.execPath, client, handler], handler, environment: { LAMBDA_TASK_ROOT: folder } };
    },
    plain: async () => ({ runtime: `nodejs${Math.min(nodeMajor, 22)}.x`, folder, handler }),
    bare: [process.execPath, '-e', '0'],
  };
};

const nodeMajor = Number(process.versions.node.split('.')[0]);
const hasGo = !need('go');

/** By HTTP, a runtime that the user names; the first one stands for all where the language does not matter. */
export const byHttp = (behaviour: BenchmarkFunction['behaviour'] = 'echo'): BenchmarkFunction[] => [
  ...(hasGo && behaviour === 'echo' ? [go] : []),
  ...(interpreter ? [python('HTTP', behaviour)] : []),
  node('HTTP', behaviour),
];

/** By frames, a runtime that the host knows. */
export const byFrames = (behaviour: BenchmarkFunction['behaviour'] = 'echo'): BenchmarkFunction[] => [
  node('frames', behaviour),
  ...(interpreter ? [python('frames', behaviour)] : []),
];

/** Languages whose functions are left out here, for want of their tools. */
export const missingLanguages: readonly string[] = [...(hasGo ? [] : ['Go']), ...(interpreter ? [] : ['Python'])];

/** Where programs find Node.js and Python: themselves, not a version manager's script that looks for them. */
export const searchPath = [
  dirname(process.execPath),
  ...(interpreter ? [dirname(interpreter.executable)] : []),
  process.env.PATH ?? '',
].join(':');

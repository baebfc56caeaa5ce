import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonIsMissing, pythonPackages } from '../conformance/src/doors/python-packages.ts';
import { buildGoFunction } from '../runtimes/provided/conformance/go-target.ts';
import { need } from '../tooling/needs.mjs';

/** A function that gives its event back, as the command that is its runtime. */
export interface BenchmarkFunction {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const folder = fileURLToPath(new URL('functions', import.meta.url));

/** With aws-lambda-go; a static executable. */
const go = async (): Promise<BenchmarkFunction> => ({
  name: 'Go',
  command: [join(await buildGoFunction(), 'bootstrap')],
  environment: { _HANDLER: 'echo' },
});

/** With awslambdaric, as in AWS's images. */
const python = async (): Promise<BenchmarkFunction> => ({
  name: 'Python',
  command: ['python3', '-m', 'awslambdaric', 'echo.handler'],
  environment: { PYTHONPATH: `${await pythonPackages('awslambdaric==4.0.2')}:${folder}` },
});

/** A bare loop: the official client would have to be compiled. */
const node = async (): Promise<BenchmarkFunction> => ({
  name: 'Node.js',
  command: [process.execPath, join(folder, 'loop.mjs'), 'echo'],
  environment: {},
});

/** Those that can be run here, by language. */
export async function benchmarkFunctions(): Promise<BenchmarkFunction[]> {
  const makers = [...(need('go') ? [] : [go]), ...(pythonIsMissing() ? [] : [python]), node];
  return Promise.all(makers.map((make) => make()));
}

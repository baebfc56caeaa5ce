import { type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';
import t from 'tap';
import { createMemoryHost, folder, type MemoryFile } from '../../../packages/core/src/testing/memory-host.ts';
import { createProvidedRuntime, type ProvidedOptions } from './index.ts';

const script = { content: '#!/bin/sh\nexit 0\n', executable: true };
const shell = { '/bin/sh': { content: '', executable: true } };

interface Machine {
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly layers?: readonly string[];
  readonly architecture?: string;
  readonly options?: ProvidedOptions;
}

const hostOf = ({ files = {}, architecture = 'x64' }: Machine) => ({
  ...createMemoryHost({ files: { ...shell, ...files } }).host,
  architecture,
});

function plan(machine: Machine) {
  const config = { taskRoot: '/task', layers: machine.layers ?? [] };
  const context = { host: hostOf(machine), config } as unknown as LaunchContext;
  return createProvidedRuntime(machine.options).plan(context);
}

/** Why it cannot be started, or undefined. */
const flawOf = (machine: Machine): Promise<string | undefined> =>
  plan(machine).then(
    () => undefined,
    (error: unknown) => (error instanceof LaunchFailure ? error.message : `no launch failure: ${error}`),
  );

t.test('where the bootstrap is looked for', async (t) => {
  const layers = ['/low', '/high'];
  const command = async (files: Readonly<Record<string, MemoryFile>>, options?: ProvidedOptions) =>
    (await plan({ files, layers, ...(options ? { options } : {}) })).command;
  const everywhere = { '/task/bootstrap': script, '/low/bootstrap': script, '/high/bootstrap': script };

  t.test('in the folder of the function, then in the layers, the last one first', async (t) => {
    t.strictSame(await command(everywhere), ['/task/bootstrap']);
    t.strictSame(await command({ ...everywhere, '/task/bootstrap': folder }), ['/high/bootstrap'], 'a folder is none');
    t.strictSame(await command({ '/high/bootstrap': script, '/low/bootstrap': script }), ['/high/bootstrap']);
    t.strictSame(await command({ '/high/bootstrap/file': '', '/low/bootstrap': script }), ['/low/bootstrap']);
  });

  t.test('first of all where the caller says, with the arguments that it gives', async (t) => {
    const files = { ...everywhere, '/var/runtime/bootstrap': script };
    const options = { firstCandidate: '/var/runtime/bootstrap', arguments: ['--one', ''] };
    t.strictSame(await command(files, options), ['/var/runtime/bootstrap', '--one', '']);
    t.strictSame(await command(everywhere, options), ['/task/bootstrap', '--one', '']);
  });

  t.test('and nowhere else', async (t) => {
    const message = "Couldn't find valid bootstrap(s): [/task/bootstrap /high/bootstrap /low/bootstrap]";
    t.equal(await flawOf({ layers, files: { '/task/Bootstrap': script } }), message);
    const named = { layers: ['/opt'], options: { firstCandidate: '/boot' } };
    t.equal(await flawOf(named), "Couldn't find valid bootstrap(s): [/boot /task/bootstrap /opt/bootstrap]");
  });

  t.test('the first one counts, also when it cannot be started', async (t) => {
    const files = { ...everywhere, '/task/bootstrap': { ...script, executable: false } };
    t.equal(await flawOf({ layers, files }), 'fork/exec /task/bootstrap: permission denied');
  });
});

t.test('it is started in the folder of the function and speaks HTTP', async (t) => {
  t.strictSame(await plan({ files: { '/task/bootstrap': script } }), {
    command: ['/task/bootstrap'],
    workingDirectory: '/task',
    environment: {},
    transport: 'http',
    telemetryLog: false,
  });
});

t.test('what a kernel would not execute', async (t) => {
  /** The start of an ELF file for a machine (e_machine). */
  const elf = (machine: number): Uint8Array => {
    const bytes = new Uint8Array(64);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    bytes.set([machine & 255, machine >> 8], 18);
    return bytes;
  };
  const flaw = (content: string | Uint8Array, architecture = 'x64'): Promise<string | undefined> =>
    flawOf({ architecture, files: { '/task/bootstrap': { content, executable: true } } });
  const prefix = 'fork/exec /task/bootstrap: ';

  t.test('another format', async (t) => {
    const contents = {
      'an empty file': '',
      'text without a first line for the kernel': 'echo hi\n',
      'a first line that comes late': '\n#!/bin/sh\n',
      'a first line behind a byte order mark': '\uFEFF#!/bin/sh\n',
      'a half first line': '#',
      'a JavaScript module': 'export const handler = () => {};\n',
      'a zip file': Uint8Array.of(0x50, 0x4b, 3, 4),
      'a program for Windows': Uint8Array.of(0x4d, 0x5a, 0x90, 0),
      'an ELF file that was cut off': elf(62).subarray(0, 19),
    };
    for (const [name, content] of Object.entries(contents))
      t.equal(await flaw(content), `${prefix}exec format error`, name);
  });

  t.test('another machine', async (t) => {
    const machines = { x64: 62, arm64: 183 } as const;
    for (const [architecture, own] of Object.entries(machines)) {
      t.equal(await flaw(elf(own), architecture), undefined, architecture);
      for (const other of [3, 40, 243, ...Object.values(machines).filter((machine) => machine !== own)]) {
        t.equal(await flaw(elf(other), architecture), `${prefix}exec format error`, `${other} on ${architecture}`);
      }
    }
    t.equal(await flaw(elf(62), 'riscv64'), `${prefix}exec format error`);
  });

  t.test('an interpreter that is not there', async (t) => {
    const missing = `${prefix}no such file or directory`;
    for (const line of ['#!/bin/bash', '#!/usr/bin/env node', '#! /opt/bin/python3 -u', '#!sh']) {
      t.equal(await flaw(`${line}\necho\n`), missing, line);
    }
    for (const line of ['#!/bin/sh', '#! /bin/sh', '#!/bin/sh -e', '#!\t/bin/sh\t-e', '#!/bin/sh ']) {
      t.equal(await flaw(`${line}\necho\n`), undefined, line);
      t.equal(await flaw(line), undefined, `${line}, without an end`);
    }
  });

  t.test('line ends of Windows, which are part of the name', async (t) => {
    t.equal(await flaw('#!/bin/sh\r\necho\r\n'), `${prefix}no such file or directory`);
    for (const line of ['#!/bin/sh -e\r\n', '#!/bin/sh\t-e\r\n']) {
      t.equal(await flaw(line), undefined, 'behind an argument they are for the interpreter to judge');
    }
  });

  t.test('nor a file without the permission', async (t) => {
    t.equal(await flawOf({ files: { '/task/bootstrap': '#!/bin/sh\n' } }), `${prefix}permission denied`);
    t.equal(
      await flawOf({ files: { '/task/bootstrap': elf(3) } }),
      `${prefix}permission denied`,
      'the first flaw is told',
    );
  });
});

t.test('which folders it is a runtime for', async (t) => {
  const guess = (files: Readonly<Record<string, MemoryFile>>) =>
    createProvidedRuntime().guess({
      host: hostOf({ files }),
      taskRoot: '/task',
      layers: ['/layer'],
      handler: 'h',
      findExecutable: async () => undefined,
    });
  t.equal(await guess({ '/task/bootstrap': script }), 'provided.al2023');
  t.equal(await guess({ '/layer/bootstrap': script }), 'provided.al2023');
  t.equal(await guess({ '/task/bootstrap': 'not executable' }), 'provided.al2023', 'so that its flaw is told');
  t.equal(await guess({ '/task/bootstrap/file': '', '/task/index.js': '' }), undefined);
  t.equal(await guess({}), undefined);
  t.strictSame(createProvidedRuntime().names, ['provided.al2023', 'provided.al2', 'provided']);
});

import { concatBytes, encodeText } from '../bytes.ts';
import type { Base64Codec, Clock, FileFacts, Files, Host, JsonCodec } from '../host.ts';
import type { LaunchPlan, RuntimeDefinition } from '../runtime-definition.ts';
import { MemoryHttp, type MemoryRequest, type MemoryResponse } from './memory-http.ts';
import { MemoryLauncher, type MemoryProgram } from './memory-launcher.ts';
import { MemoryTcp } from './memory-tcp.ts';

/** A file by its content, or with more said of it. Folders are there when something is in them. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly executable?: boolean }
  | typeof folder;

export const folder = Symbol('folder');

export interface MemoryHostOptions {
  /** The real one unless told. */
  readonly clock?: Clock;
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly isInit?: boolean;
}

export interface MemoryHost {
  readonly host: Host;
  readonly launcher: MemoryLauncher;
  readonly http: MemoryHttp;
  readonly tcp: MemoryTcp;
  /** An HTTP exchange with whoever listens at `HOST:PORT`. */
  request(authority: string, request: MemoryRequest): Promise<MemoryResponse>;
  /** Registers a program and gives the definition of a runtime that starts it. */
  runtime(name: string, program: MemoryProgram, plan?: Partial<LaunchPlan>): RuntimeDefinition;
}

/** A host and a launcher without sockets, disk and processes. */
export function createMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const http = new MemoryHttp();
  const launcher = new MemoryLauncher(http);
  const tcp = new MemoryTcp();
  return {
    host: {
      clock: options.clock ?? realClock,
      http,
      tcp,
      files: memoryFiles(options.files ?? {}),
      json,
      base64,
      randomId: () => crypto.randomUUID(),
      architecture: 'x64',
      isInit: options.isInit ?? false,
    },
    launcher,
    http,
    tcp,
    request: (authority, request) => http.request(authority, request),
    runtime(name, program, plan = {}) {
      launcher.programs.set(name, program);
      return {
        family: 'memory',
        names: [name],
        defaultHandler: 'handler',
        guess: () => Promise.resolve(undefined),
        plan: async ({ config }) => ({
          command: ['memory', name],
          workingDirectory: config.taskRoot,
          environment: {},
          transport: 'http',
          telemetryLog: false,
          ...plan,
        }),
      };
    },
  };
}

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

function memoryFiles(disk: Readonly<Record<string, MemoryFile>>): Files {
  const find = async (path: string): Promise<Uint8Array> => {
    const file = disk[path];
    if (file === undefined || file === folder) {
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
    }
    return contentOf(file);
  };
  const inside = (path: string): string[] => Object.keys(disk).filter((one) => one.startsWith(`${path}/`));
  return {
    read: find,
    readStart: async (path, bytes) => (await find(path)).subarray(0, bytes),
    stat: async (path): Promise<FileFacts | undefined> => {
      const file = disk[path];
      if (file === undefined) return inside(path).length > 0 ? { kind: 'directory', executable: false } : undefined;
      if (file === folder) return { kind: 'directory', executable: false };
      const executable = typeof file === 'object' && 'executable' in file && file.executable === true;
      return { kind: 'file', executable };
    },
    append: async (path, bytes) => {
      const before = contentOf((await find(path)) as Uint8Array);
      (disk as Record<string, MemoryFile>)[path] = concatBytes([before, bytes], before.length + bytes.length);
    },
    watch: async () => ({ close: () => Promise.resolve() }),
    list: async (path) => [...new Set(inside(path).map((one) => one.slice(path.length + 1).split('/')[0]!))],
  };
}

function contentOf(file: Exclude<MemoryFile, typeof folder>): Uint8Array {
  const content = typeof file === 'object' && 'content' in file ? file.content : file;
  return typeof content === 'string' ? encodeText(content) : content;
}

const json: JsonCodec = {
  flaw(bytes) {
    try {
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },
};

const base64: Base64Codec = {
  encode: (bytes) => Buffer.from(bytes).toString('base64'),
  decode: (text) => (/^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined),
};

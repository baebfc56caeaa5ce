import { resolve } from 'node:path';
import { LambdaBootstrapsError, limits, type RuntimeDefinition } from '@lambda-bootstraps/core';
import t from 'tap';
import { createMemoryHost } from '../../core/src/testing/memory-host.ts';
import { chooseRuntime, named } from './choose-runtime.ts';
import { resultText } from './docker-lambda/words.ts';
import { checkEvent, readEvent, reasonOf } from './event-source.ts';
import { type FlagDefinition, parseArguments } from './flags.ts';
import { longTimeoutRule, memoryRule, type NumberRule, parseNumber, portRule, timeoutRule } from './numbers.ts';
import { definedVariables } from './pass-through.ts';
import { resolvePath } from './paths.ts';
import type { Program } from './program.ts';
import { parseEnvFile, parseVariable } from './variables.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

t.test('flags', async (t) => {
  const definitions = {
    runtime: { takes: 'a name' },
    env: { takes: 'NAME=VALUE', repeatable: true, short: 'e' },
    verbose: { short: 'v' },
    help: { short: 'h' },
  } satisfies Record<string, FlagDefinition>;
  const parse = (...given: string[]) => parseArguments(given, definitions);

  t.test('in every spelling', async (t) => {
    for (const given of [['--runtime', 'x'], ['--runtime=x'], ['-runtime', 'x'], ['-runtime=x']]) {
      t.equal(parse(...given).value('runtime'), 'x', given.join(' '));
    }
    for (const given of [['--env', 'A=1'], ['--env=A=1'], ['-e', 'A=1'], ['-e=A=1']]) {
      t.equal(parse(...given).value('env'), 'A=1', given.join(' '));
    }
    t.strictSame(parse('-e', '1', 'x', '--env=2').values('env'), ['1', '2']);
    t.equal(parse('--runtime', '1', '--runtime', '2').value('runtime'), '2', 'the last one wins');
    t.equal(parse('--runtime=').value('runtime'), '', 'an empty value is one');
    t.equal(parse('--runtime', '-').value('runtime'), '-');
    t.equal(parse('--runtime', '--env').value('runtime'), '--env', 'what follows is the value, whatever it looks like');
    t.ok(parse('-v').has('verbose'));
    t.notOk(parse().has('verbose'));
    t.equal(parse().value('env'), undefined);
    t.strictSame(parse().values('env'), []);
  });

  t.test('and positionals', async (t) => {
    t.strictSame(parse('a', '--verbose', 'b', '-', '').positionals, ['a', 'b', '-', '']);
    t.strictSame(parse('a', '--', '--verbose', '--', '-x').positionals, ['a', '--verbose', '--', '-x']);
    t.notOk(parse('--', '--verbose').has('verbose'));
    const stopping = parseArguments(['-v', 'a', '--help', '-x'], definitions, { stopAtPositional: true });
    t.strictSame(stopping.positionals, ['a', '--help', '-x'], 'after the first nothing is a flag');
    t.strictSame([stopping.has('verbose'), stopping.has('help')], [true, false]);
  });

  t.test('unknown ones', async (t) => {
    const unknown = (given: string, near?: string) => {
      const message = near ? `Unknown flag ${given}. Did you mean ${near}? ` : `Unknown flag ${given}. Run`;
      t.throws(() => parse(`${given}=x`), {
        code: 'ERR_UNKNOWN_FLAG',
        message: new RegExp(`^${message.replace('?', '\\?')}`),
      });
    };
    unknown('--runtme', '--runtime');
    unknown('--verb', '--verbose');
    unknown('--zzz');
    unknown('-x');
    unknown('-env2', '--env');
    for (const given of ['-r', '--e', '--__proto__', '--constructor', '---runtime', '-1']) {
      t.throws(() => parse(given, 'x'), { code: 'ERR_UNKNOWN_FLAG' }, given);
    }
    const passing = parseArguments(['/bin/sh', '-c', '--runtime', 'r', '--unknown=1', '-v'], definitions, {
      passUnknown: true,
    });
    t.strictSame(passing.positionals, ['/bin/sh', '-c', '--unknown=1'], 'go to the command of the user');
    t.strictSame([passing.value('runtime'), passing.has('verbose')], ['r', true]);
  });

  t.test('with and without a value', async (t) => {
    t.throws(() => parse('--runtime'), { code: 'ERR_FLAG_NEEDS_VALUE', message: '--runtime needs a value: a name.' });
    t.throws(() => parse('-e'), { code: 'ERR_FLAG_NEEDS_VALUE', message: /^-e needs/ });
    t.throws(() => parse('--help=yes'), { code: 'ERR_FLAG_TAKES_NO_VALUE', message: '--help takes no value.' });
  });
});

t.test('numbers', async (t) => {
  const numbers: Record<string, { rule: NumberRule; good: Record<string, number>; bad: string[] }> = {
    port: {
      rule: portRule,
      good: { '0': 0, '9001': 9001, ' 80 ': 80, '65535': 65_535, '080': 80 },
      bad: ['65536', '1.5', '99999'],
    },
    timeout: {
      rule: timeoutRule,
      good: { '3': 3, '0.001': 0.001, '.5': 0.5, '900': 900 },
      bad: ['0', '0.0001', '900.1', '901'],
    },
    'long timeout': {
      rule: longTimeoutRule,
      good: { '901': 901, '1.5': 1.5, '2147483': 2_147_483 },
      bad: ['0', '2147484'],
    },
    memory: {
      rule: memoryRule,
      good: { '1': 1, '128': 128, '1536.0': 1536, '1048576': 1_048_576 },
      bad: ['0', '1.5', '1048577'],
    },
  };
  const nonsense = [
    '',
    ' ',
    'abc',
    '1e3',
    '0x10',
    '-1',
    '+1',
    '1,5',
    '1_000',
    '5s',
    '1.',
    '.',
    '1.2.3',
    'NaN',
    'Infinity',
    '٣',
  ];
  for (const [name, { rule, good, bad }] of Object.entries(numbers)) {
    for (const [text, value] of Object.entries(good)) t.equal(parseNumber('--x', text, rule), value, `${name} ${text}`);
    for (const text of [...bad, ...nonsense]) {
      const expected = {
        code: 'ERR_INVALID_NUMBER',
        message: `--x is "${text}", which is not usable: it must be ${rule.right}.`,
      };
      t.throws(() => parseNumber('--x', text, rule), expected, `${name} "${text}"`);
    }
  }
});

t.test('variables', async (t) => {
  const caller = { HOME: '/home', QUOTED: '"as it is" # no comment', NONE: undefined };
  const parse = (entry: string) => parseVariable('--env', entry, caller);

  t.test('NAME=VALUE and NAME', async (t) => {
    t.strictSame(parse('A=1'), { A: '1' });
    t.strictSame(parse('_a1='), { _a1: '' });
    t.strictSame(parse('A=4=4 '), { A: '4=4 ' });
    t.strictSame(parse('A="quoted"'), { A: '"quoted"' }, 'the shell has taken off what was to be taken off');
    t.strictSame(parse('HOME'), { HOME: '/home' });
    t.strictSame([parse('NONE'), parse('UNKNOWN')], [{}, {}], 'what the caller has not is left out');
    for (const entry of ['', '=', '=1', '1A=1', 'A-B=1', 'A B', ' A=1', 'Ä=1']) {
      t.throws(() => parse(entry), { code: 'ERR_INVALID_ENVIRONMENT_ENTRY', message: /^--env has / }, `"${entry}"`);
    }
  });

  t.test('files of them', async (t) => {
    const read = (text: string) => parseEnvFile('--env-file .env', bytes(text), caller);
    const lines = {
      '': {},
      '# comment\n\n  # another\n': {},
      'A=1\r\nB=2': { A: '1', B: '2' },
      '\uFEFFA=1': { A: '1' },
      'export A=1\nexport\tB=2': { A: '1', B: '2' },
      'A=1\nA=2': { A: '2' },
      '  A = 1  ': { A: '1' },
      'A=': { A: '' },
      'A=a b  # comment': { A: 'a b' },
      'A=a#b': { A: 'a#b' },
      'A=4=4': { A: '4=4' },
      'A="a # b" # comment': { A: 'a # b' },
      'A="line\\nline \\"q\\" \\\\n \\t"': { A: 'line\nline "q" \\n \t' },
      "A='single \\n $HOME'": { A: 'single \\n $HOME' },
      'A=""': { A: '' },
      'A="open': { A: '"open' },
      'HOME\nUNKNOWN': { HOME: '/home' },
      'A=grün 🎈': { A: 'grün 🎈' },
    };
    for (const [text, expected] of Object.entries(lines)) t.strictSame(read(text), expected, JSON.stringify(text));
    t.strictSame(read('QUOTED'), { QUOTED: caller.QUOTED }, "the caller's own value stays as it is");
    for (const text of ['A B=1', '1A=1', 'A-B=1', '=1']) {
      t.throws(
        () => read(`OK=1\n${text}`),
        { code: 'ERR_INVALID_ENVIRONMENT_ENTRY', message: /^--env-file \.env has / },
        text,
      );
    }
  });

  t.test('those that pass through', async (t) => {
    t.strictSame(definedVariables({ A: '1', EMPTY: '', NONE: undefined, 'odd.name': 'x' }), {
      A: '1',
      EMPTY: '',
      'odd.name': 'x',
    });
  });
});

t.test('paths', async (t) => {
  const parts = [
    '',
    '.',
    '..',
    'a',
    'a/b',
    './a',
    '../a',
    'a/../b',
    'a//b/',
    '/',
    '/a',
    '/a/../..',
    '/../a',
    '...',
    'a/./b',
    '../../../x',
  ];
  for (const base of ['/', '/work', '/folder/it', '/folder/it/']) {
    for (const path of parts) t.equal(resolvePath(base, path), resolve(base, path), `${base} + ${path}`);
  }
});

t.test("docker-lambda's result", async (t) => {
  const json = (text: string): string => resultText(bytes(text), true);
  t.equal(json('{"a":1}'), '\n{"a":1}\n');
  t.equal(json('{ "a" :\n\t[ 1 , "x  y" ]\r\n}'), '\n{"a":[1,"x  y"]}\n', 'white space between tokens goes');
  t.equal(json('{"h":"<b>&"}'), '\n{"h":"\\u003cb\\u003e\\u0026"}\n');
  t.equal(json('"\u2028\u2029"'), '\n"\\u2028\\u2029"\n');
  t.equal(json('"a \\" b \\\\ " '), '\n"a \\" b \\\\ "\n', 'quotes in strings do not end them');
  t.equal(
    json('[1.0, 1e5, 12345678901234567890]'),
    '\n[1.0,1e5,12345678901234567890]\n',
    'numbers stay as they are written',
  );
  t.equal(json('{"b":1,"a":2,"b":3}'), '\n{"b":1,"a":2,"b":3}\n');
  t.equal(json('"grün 🎈"'), '\n"grün 🎈"\n');
  t.equal(resultText(bytes(''), false), '\nnull\n');
  t.equal(resultText(bytes('not <JSON> '), false), '\nnot <JSON> \n', 'what is no JSON is printed as it is');
});

const programWith = (more: Partial<Program>): Program =>
  ({ workingDirectory: '/folder', readStdin: async () => bytes('from stdin'), ...more }) as Program;

t.test('where an event comes from', async (t) => {
  const memory = createMemoryHost({ files: { '/folder/event.json': '{"file":1}', '/tmp/e': '' } });
  const program = programWith({ host: memory.host });
  const read = async (event: string) => {
    const { source, bytes: content } = await readEvent(event, program);
    return [source, new TextDecoder().decode(content)];
  };
  t.strictSame(await read('{"a":1}'), ['the argument', '{"a":1}']);
  t.strictSame(await read(''), ['the argument', '']);
  t.strictSame(await read('-'), ['standard input', 'from stdin']);
  t.strictSame(await read('@event.json'), ['/folder/event.json', '{"file":1}']);
  t.strictSame(await read('@../tmp/e'), ['/tmp/e', '']);
  await t.rejects(read('@gone.json'), {
    code: 'ERR_FILE_UNREADABLE',
    message: 'EVENT: cannot read /folder/gone.json: no such file or directory.',
  });

  t.test('and whether it is one', async (t) => {
    const check = (content: Uint8Array) => () => checkEvent({ source: 'the argument', bytes: content }, program);
    for (const good of ['', '{}', 'null', ' 1 ', '"ä"', '[]\n']) t.doesNotThrow(check(bytes(good)), good);
    for (const bad of ['{', "{'a':1}", 'undefined', '{}{}', ' ']) {
      t.throws(
        check(bytes(bad)),
        {
          code: 'ERR_INVALID_EVENT',
          message: /^The event \(the argument\) is not valid JSON: .+ - for standard input\.$/,
        },
        bad,
      );
    }
    t.throws(check(Uint8Array.of(0x22, 0xff, 0x22)), { code: 'ERR_INVALID_EVENT' }, 'not UTF-8');
    const largest = new Uint8Array(limits.syncRequestBytes).fill(0x31);
    t.doesNotThrow(check(largest));
    t.throws(check(new Uint8Array(limits.syncRequestBytes + 1)), {
      code: 'ERR_EVENT_TOO_LARGE',
      message: /6291457 bytes/,
    });
  });

  t.test('why a file cannot be read', async (t) => {
    t.equal(reasonOf({ code: 'EACCES', message: 'EACCES: permission denied, open x' }), 'permission denied');
    t.equal(reasonOf({ code: 'EISDIR' }), 'it is a directory');
    t.equal(reasonOf({ code: 'EIO', message: 'EIO: i/o error' }), 'EIO: i/o error');
    t.equal(reasonOf('odd'), 'odd');
  });
});

t.test('which runtime', async (t) => {
  const asked: unknown[] = [];
  const runtime = (family: string, names: readonly string[], answer?: string): RuntimeDefinition => ({
    family,
    names,
    defaultHandler: '',
    async guess(context) {
      asked.push([family, context.taskRoot, context.layers, context.handler]);
      return answer;
    },
    plan: () => Promise.reject(new Error('not asked for')),
  });
  const snake = runtime('snake', ['snake3.13', 'snake3.12']);
  const snail = runtime('snail', ['snail1'], 'snail1');
  const last = runtime('last', ['last1'], 'last1');
  const runtimes = [snake, snail, last];
  const program = programWith({ host: createMemoryHost().host, runtimes });
  const question = { runtime: undefined, taskRoot: '/task', layers: ['/layer'], handler: 'h' };

  t.test('the one that is named', async (t) => {
    t.strictSame(await chooseRuntime(program, { ...question, runtime: 'snake3.12' }), {
      name: 'snake3.12',
      definition: snake,
    });
    t.strictSame(asked, [], 'nothing is guessed then');
    const old = { ...snake, unsupported: { 'snake1.0': 'it bites' } };
    t.throws(() => named([old], 'snake1.0'), {
      code: 'ERR_UNSUPPORTED_RUNTIME',
      message: 'The runtime snake1.0 cannot be run here: it bites.',
    });
    const message = (name: string): string => {
      try {
        named(runtimes, name);
        return 'none';
      } catch (error) {
        return error instanceof LambdaBootstrapsError && error.code === 'ERR_UNKNOWN_RUNTIME'
          ? error.message
          : 'another';
      }
    };
    t.equal(message('snake2.7'), 'Unknown runtime "snake2.7". Near it: snake3.13, snake3.12, snail1.');
    t.equal(message('Sn'), 'Unknown runtime "Sn". Near it: snake3.13, snake3.12, snail1.');
    t.equal(message('snkae3.12'), 'Unknown runtime "snkae3.12". Near it: snake3.13, snake3.12.');
    t.equal(message('latest'), 'Unknown runtime "latest". Near it: last1.');
    for (const odd of ['zebra1', '', '3.13']) t.match(message(odd), /snake3\.13, snake3\.12, snail1, last1\.$/, odd);
  });

  t.test('the first that fits the folder', async (t) => {
    t.strictSame(await chooseRuntime(program, question), { name: 'snail1', definition: snail });
    t.strictSame(asked, [
      ['snake', '/task', ['/layer'], 'h'],
      ['snail', '/task', ['/layer'], 'h'],
    ]);
    const nobody = chooseRuntime({ ...program, runtimes: [snake] }, question);
    await t.rejects(nobody, { code: 'ERR_RUNTIME_NOT_GUESSED', message: /\/task.*snake3\.13, snake3\.12/ });
  });
});

import t from 'tap';
import { decodeText, encodeText } from '../bytes.ts';
import { OwnLines } from './own-lines.ts';

t.test('lines that have the id, whole and in order, however they were cut', async (t) => {
  const log = [
    '{"requestId":"a","message":"1 ü"}',
    '{"requestId":"b"}',
    'no id',
    '{"requestId":"a","message":"2"}',
    '',
  ];
  const bytes = encodeText(log.join('\n'));
  for (let size = 1; size <= bytes.length; size++) {
    const lines = new OwnLines('"a"');
    let kept = '';
    for (let start = 0; start < bytes.length; start += size) {
      kept += decodeText(lines.push('stdout', bytes.subarray(start, start + size)));
    }
    t.equal(kept, `${log[0]}\n${log[3]}\n`, `in pieces of ${size}`);
  }
});

t.test('the streams are apart', async (t) => {
  const lines = new OwnLines('a');
  t.equal(decodeText(lines.push('stdout', encodeText('a of '))), '');
  t.equal(decodeText(lines.push('stderr', encodeText('b\n'))), '');
  t.equal(decodeText(lines.push('stdout', encodeText('stdout\n'))), 'a of stdout\n');
});

t.test('a line without an end is given up at a megabyte', async (t) => {
  const lines = new OwnLines('a');
  lines.push('stdout', new Uint8Array(1_048_577).fill(0x61));
  t.equal(decodeText(lines.push('stdout', encodeText('\na\n'))), 'a\n');
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { need } from '../../../../tooling/needs.mjs';
import { GobDecoder } from './gob-decoder.ts';
import { GobEncoder, int, uint } from './gob-encoder.ts';
import type { GobStruct } from './gob-types.ts';
import { invokeRequest, invokeRequestShape, requestShape } from './messages.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

t.test('numbers are as the documentation of encoding/gob has them', async (t) => {
  t.equal(hex(uint(0)), '00');
  t.equal(hex(uint(7)), '07');
  t.equal(hex(uint(256)), 'fe0100');
  t.equal(hex(int(-129)), 'fe0101');
  t.equal(hex(int(1_763_770_000)), 'fcd2432b20'.replace('d2432b20', (1_763_770_000 * 2).toString(16)));
  t.equal(hex(uint(2 ** 40)), 'fa010000000000');
});

t.test('a stream that is cut anywhere has the same values', async (t) => {
  // The example of the documentation: type Point struct { X, Y int }, and Point{22, 33}.
  const stream = bytesOf('1fff810301010550 6f696e7401ff8200 0102010158010400 0101590104000000 07ff82012c014200');
  t.same(new GobDecoder().push(stream), [{ X: 22, Y: 33 }]);
  const decoder = new GobDecoder();
  const values = Array.from(stream, (byte) => decoder.push(Uint8Array.of(byte))).flat();
  t.same(values, [{ X: 22, Y: 33 }]);
  t.same(decoder.push(bytesOf('07ff82012d014300 07ff82012e014400')).length, 2, 'two values in one piece');
});

t.test('what is no gob', async (t) => {
  t.throws(() => new GobDecoder().push(bytesOf('03ff82010000')), /unknown type 65/);
  t.throws(() => new GobDecoder().push(bytesOf('f8ffffffffffffffff')), /a gob of \d+ bytes/);
  t.throws(() => new GobDecoder().push(bytesOf('030c0561')), /too early/);
});

t.test('Go and this understand each other', { skip: need('go'), timeout: 240_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gob-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'main.go'), peer);
  writeFileSync(join(folder, 'go.mod'), 'module peer\n\ngo 1.18\n');

  const encoder = new GobEncoder();
  const long = 'ä'.repeat(2_750_000);
  const requests = ['{}', JSON.stringify({ long })].map((payload) =>
    invokeRequest({
      invocation: {
        requestId: 'id-1',
        payload: new TextEncoder().encode(payload),
        invokedFunctionArn: 'arn',
        traceId: 'Root=1',
        clientContext: '{"custom":{}}',
        cognitoIdentity: '{"cognitoIdentityId":"one","cognitoIdentityPoolId":"two"}',
      },
      deadlineMs: 1_763_770_000_123,
    }),
  );
  const stream = [
    encoder.encode(requestShape, { ServiceMethod: 'Function.Ping', Seq: 300 }),
    ...requests.map((request) => encoder.encode(invokeRequestShape, request)),
    encoder.encode(requestShape, {}),
  ];
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };
  const program = join(folder, 'peer');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: folder, env });
  const output = execFileSync(program, { input: Buffer.concat(stream), maxBuffer: 1 << 26 });

  const decoder = new GobDecoder();
  const values: GobStruct[] = [];
  for (let start = 0; start < output.length; start += 70_000) {
    values.push(...decoder.push(new Uint8Array(output.subarray(start, start + 70_000))));
  }
  const [head, first, second, empty, answer, failed] = values;
  t.same(head, { ServiceMethod: 'Function.Ping', Seq: 300 });
  const expected = { ...requests[0], Deadline: { Seconds: 1_763_770_000, Nanos: 123_000_000 } };
  t.same(first, expected);
  t.equal((second!.Payload as Uint8Array).length, Buffer.byteLength(long) + 11);
  t.ok(Buffer.from(second!.Payload as Uint8Array).equals(Buffer.from(JSON.stringify({ long }))));
  t.same(empty, {});
  t.same(answer, { Payload: new TextEncoder().encode('"yes"') });
  t.same(failed, {
    Error: {
      Message: 'grüße',
      Type: 'TypeError',
      StackTrace: [{ Path: 'main.go', Line: -7, Label: 'main' }, { Path: 'other.go' }],
      ShouldExit: true,
    },
  });
});

/** Sends back what it receives, and two answers of its own. */
const peer = `package main

import (
	"encoding/gob"
	"os"
)

type Request struct {
	ServiceMethod string
	Seq           uint64
}

type InvokeRequest_Timestamp struct {
	Seconds int64
	Nanos   int64
}

type InvokeRequest struct {
	Payload               []byte
	RequestId             string
	XAmznTraceId          string
	Deadline              InvokeRequest_Timestamp
	InvokedFunctionArn    string
	CognitoIdentityId     string
	CognitoIdentityPoolId string
	ClientContext         []byte
}

type Frame struct {
	Path  string
	Line  int32
	Label string
}

type InvokeError struct {
	Message    string
	Type       string
	StackTrace []*Frame
	ShouldExit bool
}

type InvokeResponse struct {
	Payload []byte
	Error   *InvokeError
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	decoder, encoder := gob.NewDecoder(os.Stdin), gob.NewEncoder(os.Stdout)
	for _, value := range []interface{}{&Request{}, &InvokeRequest{}, &InvokeRequest{}, &Request{}} {
		must(decoder.Decode(value))
		must(encoder.Encode(value))
	}
	must(encoder.Encode(InvokeResponse{Payload: []byte("\\"yes\\"")}))
	frames := []*Frame{{Path: "main.go", Line: -7, Label: "main"}, {Path: "other.go"}}
	must(encoder.Encode(&InvokeResponse{Error: &InvokeError{"grüße", "TypeError", frames, true}}))
}
`;

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  InvocationType,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  LogType,
} from '@aws-sdk/client-lambda';
import t, { type Test } from 'tap';
import { serve } from './door-process.ts';
import { pythonIsMissing, pythonPackages } from './python-packages.ts';

t.setTimeout(280_000);

// AWS's own clients are the judges of the Invoke API: each runs all of it against a real function.

const credentials = {
  AWS_ACCESS_KEY_ID: 'a-key',
  AWS_SECRET_ACCESS_KEY: 'a-secret',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_MAX_ATTEMPTS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

const folder = t.testdir({
  'index.cjs': `
    exports.handler = async (event, context) => {
      console.log('a line of the function');
      if (event.fail) throw new RangeError('as asked');
      if (event.loop) for (;;);
      return { event, client: context.clientContext ?? null };
    };
    exports.streams = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('one,');
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (event.fail) throw new RangeError('half-way');
      stream.end('two');
    });
  `,
});

const served = (t: Test, handler: string) => serve(t, `index.${handler}`, ['--task-dir', folder, '--timeout', '1']);

const clientContext = Buffer.from('{"custom":{"from":"a client"}}').toString('base64');

t.test('the AWS SDK for JavaScript', async (t) => {
  const { port, door } = await served(t, 'handler');
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a-key', secretAccessKey: 'a-secret' },
    maxAttempts: 1,
  });
  t.teardown(() => client.destroy());
  const invoke = (event: unknown, more = {}) =>
    client.send(new InvokeCommand({ FunctionName: 'f', Payload: Buffer.from(JSON.stringify(event)), ...more }));

  const answer = await invoke({ a: 1 }, { LogType: LogType.Tail, ClientContext: clientContext });
  t.match(answer, { StatusCode: 200, ExecutedVersion: '$LATEST', FunctionError: undefined });
  t.same(JSON.parse(answer.Payload?.transformToString() ?? ''), {
    event: { a: 1 },
    client: { custom: { from: 'a client' } },
  });
  t.match(
    Buffer.from(answer.LogResult ?? '', 'base64').toString(),
    /^START [\s\S]*a line of the function\n[\s\S]*REPORT /,
  );

  const failed = await invoke({ fail: true });
  t.equal(failed.FunctionError, 'Unhandled');
  t.match(JSON.parse(failed.Payload?.transformToString() ?? ''), { errorType: 'RangeError', errorMessage: 'as asked' });
  const stuck = await invoke({ loop: true });
  t.equal(stuck.FunctionError, 'Unhandled');
  t.match(stuck.Payload?.transformToString(), /Task timed out after 1\.00 seconds/);

  t.equal((await invoke({}, { InvocationType: InvocationType.DryRun })).StatusCode, 204);
  t.equal((await invoke({ event: 'async' }, { InvocationType: InvocationType.Event })).StatusCode, 202);
  await door.hears('stderr', /(REPORT[\s\S]*){4}/);
  await t.rejects(invoke({}, { Payload: Buffer.from('{bad') }), { name: 'InvalidRequestContentException' });
  await t.rejects(invoke('x'.repeat(6_291_456)), { name: /^RequestEntityTooLarge|^RequestTooLarge/ });

  const streaming = await served(t, 'streams');
  const streamer = new LambdaClient({
    endpoint: `http://127.0.0.1:${streaming.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a-key', secretAccessKey: 'a-secret' },
  });
  t.teardown(() => streamer.destroy());
  t.same(await streamed(streamer, {}), { text: 'one,two', errorCode: undefined });
  t.same(await streamed(streamer, { fail: true }), { text: 'one,', errorCode: 'RangeError' });
});

async function streamed(client: LambdaClient, event: unknown) {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'f', Payload }));
  let text = '';
  let errorCode: string | undefined;
  for await (const part of answer.EventStream ?? []) {
    text += Buffer.from(part.PayloadChunk?.Payload ?? []).toString();
    errorCode ??= part.InvokeComplete?.ErrorCode;
  }
  return { text, errorCode };
}

const needsPython = pythonIsMissing();
const python = { packages: needsPython ? '' : await pythonPackages('awscli', 'boto3') };

t.test('boto3', { skip: needsPython }, async (t) => {
  const [invoke, streaming] = [await served(t, 'handler'), await served(t, 'streams')];
  const { stdout } = await promisify(execFile)(
    'python3',
    ['-c', boto3Program, String(invoke.port), String(streaming.port), clientContext],
    {
      env: { ...process.env, ...credentials, PYTHONPATH: python.packages },
    },
  );
  t.match(JSON.parse(stdout), {
    answer: [200, '$LATEST', { event: { a: 1 }, client: { custom: { from: 'a client' } } }],
    tail: /^START [\s\S]*a line of the function\n[\s\S]*REPORT /,
    failed: ['Unhandled', { errorType: 'RangeError' }],
    timeout: /Task timed out after 1\.00 seconds/,
    dryRun: 204,
    event: 202,
    bad: 'InvalidRequestContentException',
    streamed: ['one,two', null],
    streamFailed: ['one,', 'RangeError'],
  });
});

const boto3Program = `
import base64, boto3, json, sys
invoke, streaming = (boto3.client('lambda', endpoint_url=f'http://127.0.0.1:{port}') for port in sys.argv[1:3])
def call(event, **more):
    return invoke.invoke(FunctionName='arn:aws:lambda:us-east-1:123456789012:function:f', **{'Payload': json.dumps(event), **more})
def stream(event):
    parts, code = [], None
    for part in streaming.invoke_with_response_stream(FunctionName='f', Payload=json.dumps(event))['EventStream']:
        parts.append(part.get('PayloadChunk', {}).get('Payload', b'').decode())
        code = code or part.get('InvokeComplete', {}).get('ErrorCode')
    return ''.join(parts), code
found = {}
answer = call({'a': 1}, LogType='Tail', ClientContext=sys.argv[3])
found['answer'] = answer['StatusCode'], answer['ExecutedVersion'], json.load(answer['Payload'])
found['tail'] = base64.b64decode(answer['LogResult']).decode()
failed = call({'fail': True})
found['failed'] = failed['FunctionError'], json.load(failed['Payload'])
found['timeout'] = call({'loop': True})['Payload'].read().decode()
found['dryRun'] = call({}, InvocationType='DryRun')['StatusCode']
found['event'] = call({}, InvocationType='Event')['StatusCode']
try: call(None, Payload='{bad')
except invoke.exceptions.InvalidRequestContentException as error: found['bad'] = error.response['Error']['Code']
found['streamed'], found['streamFailed'] = stream({}), stream({'fail': True})
print(json.dumps(found))
`;

t.test('the AWS CLI', { skip: needsPython }, async (t) => {
  const { port, door } = await served(t, 'handler');
  const out = `${t.testdir({})}/out.json`;
  const aws = async (...args: readonly string[]) => {
    const command = [
      '-m',
      'awscli',
      'lambda',
      'invoke',
      '--endpoint-url',
      `http://127.0.0.1:${port}`,
      '--function-name',
      'f',
    ];
    const env = { ...process.env, ...credentials, PYTHONPATH: python.packages };
    const { stdout } = await promisify(execFile)('python3', [...command, ...args, out], { env });
    return stdout === '' ? {} : JSON.parse(stdout);
  };
  const answer = await aws('--payload', '{"a":1}', '--log-type', 'Tail', '--client-context', clientContext);
  t.match(answer, { StatusCode: 200, ExecutedVersion: '$LATEST' });
  t.match(Buffer.from(answer.LogResult, 'base64').toString(), /REPORT RequestId/);
  t.same(JSON.parse(readFileSync(out, 'utf8')), { event: { a: 1 }, client: { custom: { from: 'a client' } } });
  t.match(await aws('--payload', '{"fail":true}'), { FunctionError: 'Unhandled' });
  t.match(JSON.parse(readFileSync(out, 'utf8')), { errorType: 'RangeError', errorMessage: 'as asked' });
  t.match(await aws('--invocation-type', 'DryRun'), { StatusCode: 204 });
  t.match(await aws('--invocation-type', 'Event', '--payload', '{"event":"async"}'), { StatusCode: 202 });
  await door.hears('stderr', /(REPORT[\s\S]*){3}/);
  await t.rejects(aws('--payload', '{bad'), { message: /InvalidRequestContentException/ });
});

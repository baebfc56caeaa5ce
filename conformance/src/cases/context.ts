import type { ConformanceCase } from '../conformance-case.ts';

export const contextCases: readonly ConformanceCase[] = [
  {
    name: 'the context has what the caller supplied',
    behaviour: 'context',
    function: { timeoutMs: 5_000, functionName: 'orders' },
    async check(t, run) {
      const answer = await run.invoke('{}', {
        requestId: '11111111-2222-4333-8444-555555555555',
        traceId: 'Root=1-63441c4a-abcdef012345678912345678;Parent=0123456789abcdef;Sampled=1',
        clientContext: '{"custom":{"key":"value"}}',
        cognitoIdentity: '{"cognitoIdentityId":"identity-1","cognitoIdentityPoolId":"pool-1"}',
      });
      const context = JSON.parse(answer.text);
      t.match(context, {
        requestId: '11111111-2222-4333-8444-555555555555',
        functionName: 'orders',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
        clientContext: { custom: { key: 'value' } },
        cognitoIdentityId: 'identity-1',
        traceId: 'Root=1-63441c4a-abcdef012345678912345678;Parent=0123456789abcdef;Sampled=1',
      });
      t.ok(context.remainingMs > 3_000 && context.remainingMs <= 5_000, `${context.remainingMs} ms of 5,000 remain`);
    },
  },
  {
    name: 'the context has the tenant id',
    behaviour: 'context',
    async check(t, run) {
      const answer = await run.invoke('{}', { tenantId: 'tenant-1' });
      t.equal(JSON.parse(answer.text).tenantId, 'tenant-1');
    },
  },
  {
    name: 'the context without any has fresh ids and no more',
    behaviour: 'context',
    async check(t, run) {
      const answer = await run.invoke('{}');
      const context = JSON.parse(answer.text);
      t.equal(context.requestId, answer.requestId);
      t.match(context.requestId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      t.match(context.traceId, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
      t.match(context, { clientContext: null, cognitoIdentityId: null, tenantId: null });
    },
  },
  {
    name: "the function's environment is Lambda's list and its own variables",
    behaviour: 'environment',
    function: { memorySizeMb: 512, environment: { MINE: 'a=b "c" ü', TZ: 'Europe/Berlin' } },
    async check(t, run) {
      const environment = JSON.parse((await run.invoke('{}')).text);
      t.match(environment, {
        MINE: 'a=b "c" ü',
        TZ: 'Europe/Berlin',
        LANG: 'en_US.UTF-8',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_LAMBDA_FUNCTION_NAME: 'test',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test',
        AWS_LAMBDA_LOG_STREAM_NAME: /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
        AWS_LAMBDA_INITIALIZATION_TYPE:
          'AWS_LAMBDA_MAX_CONCURRENCY' in environment ? 'lambda-managed-instances' : 'on-demand',
        AWS_LAMBDA_RUNTIME_API: /^127\.0\.0\.1:\d+$/,
        LAMBDA_TASK_ROOT: /./,
        LAMBDA_RUNTIME_DIR: /./,
        AWS_ACCESS_KEY_ID: 'the-key',
        AWS_SECRET_ACCESS_KEY: 'the-secret',
        AWS_SESSION_TOKEN: 'the-token',
      });
      t.notOk('HOME' in environment, "nothing of the caller's environment comes along");
      t.notOk('LAMBDA_BOOTSTRAPS_FRAMES' in environment, 'nor do the means of the transport');
    },
  },
];

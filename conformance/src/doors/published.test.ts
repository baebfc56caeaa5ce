import t from 'tap';
import { runDoor } from './door-process.ts';
import { pythonIsMissing, pythonPackages } from './python-packages.ts';

const timeout = 280_000;
t.setTimeout(timeout);

const function_ = `
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="orders")
metrics = Metrics(namespace="shop", service="orders")

@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event, context):
    logger.info("taken", extra={"order": event["order"]})
    metrics.add_metric(name="Taken", unit=MetricUnit.Count, value=1)
    return {"remaining": context.get_remaining_time_in_millis() > 0}
`;

t.test("AWS's Powertools for Python work as on Lambda", { skip: pythonIsMissing(), timeout }, async (t) => {
  const packages = await pythonPackages('aws-lambda-powertools==3.23.0');
  const folder = t.testdir({ 'app.py': function_ });
  const ended = await runDoor(t, 'lambda-bootstraps', [
    ...['invoke', 'app.handler', '{"order":7}', '--runtime', 'python3.13', '--task-dir', folder],
    ...['--env', `PYTHONPATH=${packages}`, '--function-name', 'take-orders', '--memory', '256'],
  ]);
  t.equal(ended.code, 0, ended.stderr);
  t.strictSame(JSON.parse(ended.stdout), { remaining: true });
  const lines = ended.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const [, requestId] = /START RequestId: (\S+)/.exec(ended.stderr) ?? [];
  t.match(
    lines.find((line) => line.message === 'taken'),
    {
      order: 7,
      cold_start: true,
      function_name: 'take-orders',
      function_memory_size: '256',
      function_arn: /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:take-orders$/,
      function_request_id: requestId,
    },
  );
  t.match(
    lines.find((line) => 'Taken' in line),
    { service: 'orders', Taken: [1], _aws: { CloudWatchMetrics: [{ Namespace: 'shop' }] } },
  );
});

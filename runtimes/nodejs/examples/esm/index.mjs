import { readdir } from 'node:fs/promises';

const files = await readdir(process.env.LAMBDA_TASK_ROOT);

export const handler = async (event, context) => ({
  greeting: `Hello, ${event.name ?? 'world'}`,
  requestId: context.awsRequestId,
  files,
});

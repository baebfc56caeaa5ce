import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonIsMissing, pythonPackages } from '../../conformance/src/doors/python-packages.ts';

/** Why there is no AWS CLI here, or false. */
export const noAwsCli = pythonIsMissing;

/**
 * `aws lambda invoke --endpoint-url URL …`
 * @param {string} url
 * @param {string} payload
 * @returns what it prints, parsed, and the function's result as it stands in the file
 */
export const awsLambdaInvoke = async (url, payload) => {
  const folder = await mkdtemp(join(tmpdir(), 'aws-'));
  try {
    const out = join(folder, 'output.json');
    const words = ['lambda', 'invoke', '--endpoint-url', url, '--no-sign-request', '--function-name', 'myfunction'];
    const env = {
      ...process.env,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_MAX_ATTEMPTS: '1',
      PYTHONPATH: await pythonPackages('awscli', 'boto3'),
    };
    const command = ['-m', 'awscli', ...words, '--payload', payload, out];
    const { stdout } = await promisify(execFile)('python3', command, { env });
    return { printed: JSON.parse(stdout), result: await readFile(out, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
};

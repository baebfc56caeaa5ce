import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  handlersBy,
  misbehaviours,
  speaksForItself,
  type Target,
  type TargetSource,
} from '../../../conformance/src/target.ts';
import { need } from '../../../tooling/needs.mjs';

const noStreaming = { skip: 'the client has no response streaming' };

const base: Omit<Target, 'name'> = {
  family: 'ruby',
  runtimeName: 'ruby3.4',
  taskRoot: fileURLToPath(new URL('function', import.meta.url)),
  handlers: handlersBy((behaviour) => `index.${behaviour}`, {
    loop: 'index.Behaviours.loops',
    initThrows: 'init-throws.handler',
    initExits: 'init-exits.handler',
    streams: noStreaming,
    streamsThenFails: noStreaming,
    ...misbehaviours,
    diesAfterReply: speaksForItself,
  }),
};

export const official: Target = { ...base, name: 'ruby (aws_lambda_ric) by http' };

/** What is to be had where no source of gems is: everything but the client itself is the real thing. */
export const standIn: Target = {
  ...base,
  name: 'ruby (a stand-in for aws_lambda_ric) by http',
  environment: { LAMBDA_BOOTSTRAPS_RUBY_CLIENT: fileURLToPath(new URL('stand-in', import.meta.url)) },
};

const ofPackage = fileURLToPath(new URL('../dist/ric/3/lib/aws_lambda_ric.rb', import.meta.url));
const hasGem = () => spawnSync('ruby', ['-e', 'gem "aws_lambda_ric"'], { stdio: 'ignore' }).status === 0;

/** Why the official client is not run here, or false. */
export const noClient = (): string | false =>
  need('ruby') ||
  (existsSync(ofPackage) || hasGem()
    ? false
    : 'needs aws-lambda-ric: gem install aws_lambda_ric, or a build where `gem fetch` finds it');

export const targets: TargetSource = async () =>
  [
    { target: official, missing: noClient() },
    { target: standIn, missing: need('ruby') },
  ].map(({ target, missing }) => (missing ? { name: target.name, missing } : target));

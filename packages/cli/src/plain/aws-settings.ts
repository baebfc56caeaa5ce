import { type Credentials, decodeText } from '@lambda-bootstraps/core';
import type { Program } from '../program.ts';

export interface AwsSettings {
  readonly region: string | undefined;
  readonly credentials: Credentials;
}

/**
 * Region and credentials as the AWS SDKs find them: the environment, else the profile that AWS_PROFILE names (or
 * `default`) in the shared files ("Shared config and credentials files"). Profiles that must first ask somebody (SSO, a
 * role, a process) are told of: `notice`.
 */
export async function awsSettings(program: Program, notice: (sentence: string) => void): Promise<AwsSettings> {
  const { environment: env } = program;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const fromEnvironment = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  };
  const hasKeys = Boolean(env.AWS_ACCESS_KEY_ID) && !env.AWS_PROFILE;
  if (hasKeys && region) return { region, credentials: fromEnvironment };

  const profile = await readProfile(program, env.AWS_PROFILE || 'default');
  if (env.AWS_PROFILE && Object.keys(profile).length === 0) notice(`there is no AWS profile "${env.AWS_PROFILE}"`);
  const fromProfile = {
    accessKeyId: profile.aws_access_key_id,
    secretAccessKey: profile.aws_secret_access_key,
    sessionToken: profile.aws_session_token,
  };
  const asks = ['sso_session', 'sso_start_url', 'role_arn', 'credential_process'].find((name) => profile[name]);
  if (env.AWS_PROFILE && !hasKeys && !fromProfile.accessKeyId && asks) {
    const command = `eval "$(aws configure export-credentials --profile ${env.AWS_PROFILE} --format env)"`;
    notice(`AWS profile "${env.AWS_PROFILE}" uses ${asks}, which is not followed here; first run ${command}`);
  }
  return { region: region || profile.region, credentials: hasKeys ? fromEnvironment : fromProfile };
}

type Section = Readonly<Record<string, string>>;

/** What both files say of a profile; the credentials file wins. */
async function readProfile(program: Program, name: string): Promise<Section> {
  const { environment: env } = program;
  const home = env.HOME || env.USERPROFILE || '';
  const config = await readSections(program, env.AWS_CONFIG_FILE || `${home}/.aws/config`);
  const credentials = await readSections(program, env.AWS_SHARED_CREDENTIALS_FILE || `${home}/.aws/credentials`);
  return { ...config.get(name === 'default' ? name : `profile ${name}`), ...credentials.get(name) };
}

async function readSections(program: Program, path: string): Promise<Map<string, Record<string, string>>> {
  const sections = new Map<string, Record<string, string>>();
  const bytes = await program.host.files.read(path).catch(() => undefined);
  let section: Record<string, string> = {};
  for (const line of bytes ? decodeText(bytes).split(/\r?\n/) : []) {
    const name = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
    const [, key, value] = /^([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      section = sections.get(name) ?? {};
      sections.set(name, section);
    } else if (key !== undefined && value !== undefined) {
      section[key] = value;
    }
  }
  return sections;
}

import { type FunctionSettings, fail, type HttpReply, type HttpRequest } from '@lambda-bootstraps/core';
import { commonHeaders, sendJson } from '../answers.ts';
import { readJson } from '../body.ts';
import { checkFolders } from '../check-folders.ts';
import { type Discretion, functionFacts } from '../function-json.ts';
import { limits } from '../limits.ts';
import type { OpenApi } from '../open-api.ts';
import type { ManagedFunctions, ServedFunction, ServedFunctions } from '../served-functions.ts';

/** @throws LambdaBootstrapsError ERR_UNKNOWN_FUNCTION */
export function find(functions: ServedFunctions, name: string): ServedFunction {
  const found = functions.get(name);
  if (!found) {
    const known = functions.list().map(({ config }) => config.functionName);
    throw fail('ERR_UNKNOWN_FUNCTION', name.slice(0, 200), known.join(', '));
  }
  return found;
}

/** GET functions. */
export function answerList(functions: ServedFunctions, discretion: Discretion, reply: HttpReply): void {
  const all = functions.list().map((one) => functionFacts(one, discretion));
  sendJson(reply, 200, JSON.stringify({ functions: all }));
}

/** GET functions/{name}. */
export function answerGet(served: ServedFunction, discretion: Discretion, reply: HttpReply): void {
  sendJson(reply, 200, JSON.stringify(functionFacts(served, discretion)));
}

/** What changes functions needs besides a request. */
export interface Management {
  readonly functions: ManagedFunctions;
  readonly openApi: OpenApi;
  readonly discretion: Discretion;
}

/** POST functions. */
export async function answerCreate(management: Management, request: HttpRequest, reply: HttpReply): Promise<void> {
  const { functions, openApi, discretion } = management;
  const { value } = await readJson(request, limits.settingsBytes, openApi.schema('FunctionSettings'));
  const settings = value as unknown as FunctionSettings & { readonly functionName: string };
  await checkFolders(settings);
  const created = functions.create(settings);
  const headers = { Location: `/v1/functions/${settings.functionName}` };
  sendJson(reply, 201, JSON.stringify(functionFacts(created, discretion)), headers);
}

/** PATCH functions/{name}. */
export async function answerUpdate(
  management: Management,
  name: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { functions, openApi, discretion } = management;
  find(functions, name);
  const { value } = await readJson(request, limits.settingsBytes, openApi.schema('FunctionChanges'));
  const changes = value as Partial<FunctionSettings>;
  await checkFolders(changes);
  const updated = await functions.update(name, changes);
  sendJson(reply, 200, JSON.stringify(functionFacts(updated, discretion)));
}

/** DELETE functions/{name}. */
export async function answerRemove(functions: ManagedFunctions, name: string, reply: HttpReply): Promise<void> {
  await functions.remove(name);
  reply.send(204, commonHeaders, '');
}

import type { LaunchContext } from '../runtime-definition.ts';

const folder = '/usr/lib/locale';
/** Where glibc has the locale that Lambda's LANG names: in a folder, or in the archive of all. */
const placesOfLambdaLocale = ['en_US.utf8', 'en_US.UTF-8', 'locale-archive'];
const substitute = { name: 'C.UTF-8', place: 'C.utf8' };

/**
 * What a runtime needs that reads files, variables or arguments by the locale. Where Lambda's is not installed they would be
 * ASCII to it, so another one of UTF-8 is taken.
 */
export async function localeVariables({ config, host: { files } }: LaunchContext): Promise<Record<string, string>> {
  const given = { ...config.inheritedEnvironment, ...config.environment };
  if (given.LANG !== undefined || given.LC_ALL !== undefined || given.LC_CTYPE !== undefined) return {};
  const present = await files.list(folder);
  if (placesOfLambdaLocale.some((place) => present.includes(place))) return {};
  return present.includes(substitute.place) ? { LC_ALL: substitute.name } : {};
}

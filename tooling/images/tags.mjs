/**
 * An image by docker-lambda's scheme: its tag is Lambda's name of the runtime, with `build-` before it for the build image.
 * @typedef {object} Tag
 * @property {string} runtime
 * @property {string} family the folder below runtimes/
 * @property {string} emulator the tag of what one line adds to any image
 * @property {string} base AWS's image for it
 */

/** What AWS has base images for, by the folder of the family and the name of AWS's repository. */
const repositories = /** @type {const} */ ([
  ['nodejs', 'nodejs', ['24', '22', '20', '18', '16', '14', '12'], (/** @type {string} */ tag) => `nodejs${tag}.x`],
  ['python-mock', 'python', ['3.14', '3.13', '3.12', '3.11', '3.10', '3.9', '3.8', '3.7'], undefined],
  ['java-mock', 'java', ['25', '21', '17', '11', '8.al2'], undefined],
  ['ruby', 'ruby', ['3.4', '3.3', '3.2', '2.7', '2.5'], undefined],
  ['dotnet', 'dotnet', ['10', '8', '6', 'core3.1'], undefined],
  ['go', 'go', ['1'], () => 'go1.x'],
  [
    'provided',
    'provided',
    ['al2023', 'al2', 'alami'],
    (/** @type {string} */ tag) => (tag === 'alami' ? 'provided' : `provided.${tag}`),
  ],
]);

/** @type {readonly Tag[]} */
export const tags = repositories.flatMap(([family, repository, versions, nameOf]) =>
  versions.map((version) => ({
    runtime: nameOf ? nameOf(version) : `${repository}${version}`,
    family,
    emulator: `emulator-${repository}`,
    base: `public.ecr.aws/lambda/${repository}:${version}`,
  })),
);

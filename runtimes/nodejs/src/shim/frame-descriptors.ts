const variable = 'LAMBDA_BOOTSTRAPS_FRAMES';

export interface FrameDescriptors {
  /** Frames come from here. Non-blocking mode may be set on it, so it is never written to. */
  readonly input: number;
  /** Frames go to here, always synchronously. */
  readonly output: number;
}

export const hasFrameDescriptors = (): boolean => process.env[variable] !== undefined;

/** Takes the descriptors of the frame transport out of the environment: the function must not see them. */
export function takeFrameDescriptors(): FrameDescriptors {
  const value = process.env[variable];
  delete process.env[variable];
  const match = /^(\d+),(\d+)$/.exec(value || '');
  if (!match) {
    throw new Error(
      `${variable} ${value ? `is "${value}"` : 'is missing'}: it must name two inherited descriptors, such as "3,4". ` +
        'This module stands in for the native module of aws-lambda-ric and works only in a process that ' +
        'lambda-bootstraps starts. Elsewhere, install aws-lambda-ric itself.',
    );
  }
  return { input: Number(match[1]), output: Number(match[2]) };
}

/** One of the vendored runtime interface clients, as the build lays it out under the assets' root. */
export interface RuntimeInterfaceClient {
  readonly major: 2 | 4;
  /** What stands for Lambda's /var/runtime. */
  readonly folder: string;
}

/** The oldest Python of each client, by its package's metadata, is 3.6 for 2.x. */
const oldestMinorOf4 = 10;

/** The client of the runtime that was asked for, or the older one where the Python at hand cannot run that. */
export function chooseClient(askedMinor: number, runningMinor: number): RuntimeInterfaceClient {
  const major = Math.min(askedMinor, runningMinor) >= oldestMinorOf4 ? 4 : 2;
  return { major, folder: `ric/${major}` };
}

/** 2.x takes the time for its log records by time.time_ns, which Python 3.7 brought. */
export const canWriteLogRecords = (runningMinor: number): boolean => runningMinor >= 7;

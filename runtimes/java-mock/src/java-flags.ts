const kbInMb = 1024;
/** Of small functions the heap has this share; large ones keep `reservedMb` for everything else. */
const heapShare = 0.85;
const reservedMb = 240;

export interface FlagQuestion {
  readonly askedMajor: number;
  /** That of the Java at hand; the asked one where it is not known. */
  readonly runningMajor: number;
  readonly memorySizeMb: number;
  /** What JAVA_TOOL_OPTIONS and its like say: the function's own wins. */
  readonly javaOptions: string;
  /** A class data archive of the client for this Java, if there is one. */
  readonly archive: string | undefined;
}

/**
 * The flags that Lambda's bootstrap gives to Java, of which none is given twice: Java lets the command line win, and
 * takes two garbage collectors for a mistake. Left out is Log4jHotPatch.jar, an agent for a Log4j of 2021.
 * Sources: command lines that wrapper scripts saw in java17 (MaxHeapSize 445645k at 512 MB) and that docker-lambda has
 * (2834432k at 3008 MB); "Customize Java runtime startup behavior for Lambda functions" for tiered compilation.
 */
export function javaFlags(question: FlagQuestion): readonly string[] {
  const { askedMajor, runningMajor, memorySizeMb, javaOptions, archive } = question;
  const unless = (given: RegExp, ...flags: string[]): string[] => (given.test(javaOptions) ? [] : flags);
  return [
    ...unless(/-Xmx|-XX:(MaxHeapSize|MaxRAM)/, `-XX:MaxHeapSize=${heapKb(memorySizeMb)}k`),
    ...unless(/-XX:\+Use\w*GC\b/, '-XX:+UseSerialGC'),
    ...(archive === undefined ? [] : unless(/-Xshare|-XX:(SharedArchiveFile|AOT)/, ...archiveFlags(archive))),
    // Before java17, Lambda leaves it to Java.
    ...(askedMajor >= 17
      ? unless(/-XX:([+-]TieredCompilation|TieredStopAtLevel)/, '-XX:+TieredCompilation', '-XX:TieredStopAtLevel=1')
      : []),
    // The client makes a file of the log's descriptor by it; so does our stand-in of the frames' descriptors.
    ...(runningMajor >= 9 ? ['--add-opens=java.base/java.io=ALL-UNNAMED'] : []),
    '-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac',
    ...(runningMajor >= 17 ? ['-XX:+ErrorFileToStderr'] : []),
  ];
}

/** The archive speeds things up or does nothing: Java must not complain of one that does not fit any more. */
const archiveFlags = (archive: string): string[] => [
  '-Xshare:auto',
  `-XX:SharedArchiveFile=${archive}`,
  '-Xlog:cds*=off',
];

const heapKb = (memorySizeMb: number): number =>
  Math.round(Math.max(memorySizeMb * heapShare, memorySizeMb - reservedMb) * kbInMb);

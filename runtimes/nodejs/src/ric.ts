/** One of the vendored runtime interface clients, as the build lays it out under the assets' root. */
export interface RuntimeInterfaceClient {
  /** What stands for Lambda's /var/runtime. */
  readonly folder: string;
  /** What Node is started with. */
  readonly entry: string;
}

const clients = {
  2: { folder: 'ric/2', entry: 'start/2.cjs' },
  3: { folder: 'ric/3', entry: 'start/3.mjs' },
  4: { folder: 'ric/4', entry: 'ric/4/index.mjs' },
} as const;

/**
 * The client that Lambda has in the runtime asked for, or the newest before it that the Node at hand can run.
 * nodejs22.x has 3.x there: 4.x refuses handlers with a callback and says in so many words that nodejs22.x takes them
 * outside of Managed Instances (CALLBACK_ERROR_NODEJS22 in index.mjs of 4.0.2).
 */
export function chooseClient(askedMajor: number, runningMajor: number): RuntimeInterfaceClient {
  const onLambda = askedMajor >= 24 ? 4 : askedMajor >= 14 ? 3 : 2;
  const runnable = runningMajor >= 22 ? 4 : runningMajor >= 14 ? 3 : 2;
  return clients[onLambda < runnable ? onLambda : runnable];
}

/** The oldest Node that the tests run 4.x on; its package.json asks for 22. */
const oldestConcurrentNode = 20;

/**
 * The client that takes several invocations at once, or what it would need. 3.x does not know the variable; "Node.js
 * runtime for Lambda Managed Instances" begins with nodejs22.x, which has 4.x there (CALLBACK_ERROR_NODEJS22 again).
 */
export function chooseConcurrentClient(
  askedMajor: number,
  runningMajor: number,
): RuntimeInterfaceClient | { readonly needs: string } {
  if (askedMajor < 22) return { needs: 'nodejs22.x or newer' };
  if (runningMajor < oldestConcurrentNode) return { needs: `Node.js ${oldestConcurrentNode} or newer` };
  return clients[4];
}

// Awaited as in the client's own bin, so that a function which cannot be loaded ends the process with its own error type.
import { run } from '../ric/3/dist/index.mjs';

await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);

const { run } = require('../ric/2/lib/index.js');

run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);

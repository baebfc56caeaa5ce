/** What the tests of the runtime interface clients call. Plain enough for Node 12. */
exports.echo = async (event, context) => {
  console.log('got', event);
  return {
    event,
    requestId: context.awsRequestId,
    remainingMs: context.getRemainingTimeInMillis(),
    arn: context.invokedFunctionArn,
    clientContext: context.clientContext,
    identity: context.identity,
  };
};

exports.surroundings = async () => ({
  environment: Object.assign({}, process.env),
  execArgv: process.execArgv,
  arguments: process.argv.slice(2),
  node: process.version,
});

exports.measure = async (event) => ({ length: event.text.length, text: event.text });

exports.reject = async () => {
  throw new TypeError('no, ünd €');
};

exports.throwNow = () => {
  throw new RangeError('at once');
};

exports.callBack = (event, _context, callback) => {
  callback(event.fail ? new TypeError(event.fail) : null, event.succeed);
};

exports.uncaught = () =>
  new Promise(() => {
    setTimeout(() => {
      throw new Error('nobody catches this');
    }, 1);
  });

exports.leave = async (event) => {
  console.log('leaving');
  process.exit(event.code);
};

let fired = false;

/** Leaves a timer behind, and tells whether the one of the invocation before has fired. */
exports.leaveTimer = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event.wait;
  const firedBefore = fired;
  fired = false;
  setTimeout(() => {
    fired = true;
  }, event.ms);
  callback(null, firedBefore);
};

exports.forget = () => new Promise(() => {});

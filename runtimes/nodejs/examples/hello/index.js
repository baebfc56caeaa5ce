exports.handler = async (event, context) => {
  console.log('Hello from', process.env.AWS_LAMBDA_FUNCTION_NAME);
  return {
    event,
    requestId: context.awsRequestId,
    remainingMs: context.getRemainingTimeInMillis(),
  };
};

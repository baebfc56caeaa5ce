export const dockerLambdaHelp = `Run the function of an image, as docker-lambda's init did.

Usage
  init [flags] [HANDLER] [EVENT]

Flags (before HANDLER)
  --bootstrap PATH         the bootstrap to run (default: /var/runtime/bootstrap, if it is there)
  --bootstrap-args JSON    its arguments, as a JSON array
  --enable-msg-logs        taken and without effect
  --help, -h               this text

Environment
  AWS_LAMBDA_FUNCTION_HANDLER, _HANDLER       the handler, when no argument names it
  AWS_LAMBDA_EVENT_BODY                       the event, when no argument gives it
  DOCKER_LAMBDA_USE_STDIN=1                   the event is read from standard input
  DOCKER_LAMBDA_STAY_OPEN=1                   serve the Invoke API instead of one execution
  DOCKER_LAMBDA_API_PORT                      its port (default: 9001)
  DOCKER_LAMBDA_RUNTIME_PORT                  the Runtime API's port (default: 9001)
  DOCKER_LAMBDA_WATCH=1                       with STAY_OPEN: a changed file below the function's folder or /opt
                                              gives the next invocation a new runtime, as SIGHUP does
  DOCKER_LAMBDA_NO_BOOTSTRAP=1                the runtime is started by somebody else; watching ends with 2 then
  DOCKER_LAMBDA_DEBUG=1                       tells on stderr what happens
  DOCKER_LAMBDA_NO_MODIFY_LOGS=1              leaves carriage returns in the function's output
  LAMBDA_BOOTSTRAPS_CONCURRENCY               invocations that may run at once (default: 1)
  AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_VERSION, AWS_LAMBDA_FUNCTION_INVOKED_ARN,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE (1536), AWS_LAMBDA_FUNCTION_TIMEOUT (300 seconds),
  AWS_LAMBDA_CLIENT_CONTEXT, AWS_LAMBDA_COGNITO_IDENTITY, _X_AMZN_TRACE_ID,
  AWS_REGION, AWS_DEFAULT_REGION, AWS_ACCOUNT_ID,
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
  AWS_EXECUTION_ENV=AWS_Lambda_NAME           the runtime, when there is no bootstrap (default: guessed)
  LAMBDA_TASK_ROOT                            the function's folder (default: /var/task, else the current one)
`;

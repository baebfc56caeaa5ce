export const rieHelp = `Emulate Lambda around a command that is a runtime, as Amazon's Runtime Interface Emulator does.

Usage
  aws-lambda-rie [flags] COMMAND [ARGUMENTS] [flags]

With three words or more the last one is the handler. Without a command a bootstrap is looked for in the function's
folder and in /opt.

Flags
  --runtime-interface-emulator-address HOST:PORT   the Invoke API (default: 0.0.0.0:8080)
  --runtime-api-address HOST:PORT                  the Runtime API (default: 127.0.0.1:9001)
  --log-level LEVEL                                trace, debug, info (the default), warn, error, fatal or panic
  --enable-init-caching                            as with SnapStart: the runtime runs restore hooks after initialization
  --help, -h                                       this text

Environment
  AWS_LAMBDA_FUNCTION_TIMEOUT (300 seconds), AWS_LAMBDA_FUNCTION_NAME (test_function),
  LOG_LEVEL, LAMBDA_BOOTSTRAPS_CONCURRENCY (1), AWS_LAMBDA_FUNCTION_VERSION ($LATEST), AWS_LAMBDA_FUNCTION_MEMORY_SIZE (3008), AWS_LAMBDA_FUNCTION_HANDLER,
  AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
`;

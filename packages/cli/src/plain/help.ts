export const plainHelp = `Run an AWS Lambda function here, exactly as Lambda would.

Usage
  lambda-bootstraps invoke HANDLER [EVENT] [flags]   run once: result on stdout, logs on stderr
  lambda-bootstraps serve HANDLER [flags]            serve the Invoke API for the AWS CLI and SDKs, with an inspector
  lambda-bootstraps control [flags]                  an API by which other programs make, invoke and watch functions
  lambda-bootstraps init [HANDLER] [EVENT]           as docker-lambda's init
  lambda-bootstraps rie COMMAND [ARGUMENTS]          as Amazon's Runtime Interface Emulator

EVENT is JSON text, @FILE, or - for standard input; {} when left out.

Flags of invoke and serve
  --task-dir DIR         the function's folder (default: the current one)
  --runtime NAME         for example nodejs22.x or provided.al2023 (default: guessed from the folder)
  --timeout SECONDS      0.001 to 900 (default: 3)
  --memory MB            what the function is told it has (default: 128)
  --env NAME=VALUE       a variable for the function; NAME alone passes yours on; repeatable (-e)
  --env-file FILE        a file of such lines; repeatable, --env wins
  --layer DIR            a folder that stands for /opt; repeatable, the last one on top
  --function-name NAME   (default: test)
  --snap-start           runs the function's hooks of SnapStart, as if restored from a snapshot
  --log-format FORMAT    Text or JSON, as the variable AWS_LAMBDA_LOG_FORMAT (default: Text)
  --system-log-level LEVEL
                         DEBUG, INFO or WARN: which lines of its own Lambda writes in the JSON format
                         (default: LAMBDA_BOOTSTRAPS_SYSTEM_LOG_LEVEL, else INFO)

Flags of serve
  --port PORT            (default: 9001; 0 picks a free one) (-p)
  --host ADDRESS         (default: 127.0.0.1)
  --concurrency N        how many invocations may run at once, each in an environment of its own
                         (default: LAMBDA_BOOTSTRAPS_CONCURRENCY, else the number of processors)
  --no-inspector         leaves out the page at /_inspector/ that shows invocations as they happen
  --details              below the line of each invocation its event and its result, or its error with the stack;
                         in a terminal such lines stand for Lambda's log, which --log-format Text brings back

  --url                  opens a function URL too: plain HTTP requests become events
  --url-port PORT        (default: 9002; 0 picks a free one)
  --url-payload VERSION  2.0, or 1.0 as API Gateway can send it (default: 2.0)
  --url-invoke-mode MODE
                         BUFFERED or RESPONSE_STREAM (default: BUFFERED)
  --url-cors ORIGIN      a web page's origin, such as http://localhost:3000, that may call, or *; repeatable
  --url-cors-methods, --url-cors-headers, --url-cors-expose LIST
                         what its pages may use, separated by commas, or *
  --url-cors-credentials, --url-cors-max-age SECONDS
                         whether they may send cookies; how long a preflight holds

Flags of control, which prints {"endpoint":…,"token":…} when it listens
  --port PORT            (default: 9002; 0 picks a free one) (-p)
  --host ADDRESS         (default: 127.0.0.1)
  --token TOKEN          what callers must know (default: LAMBDA_BOOTSTRAPS_TOKEN, else a fresh one)

  --help, -h             this text
  --version, -v          the version

Exit codes
  0 success, 1 function error, 2 wrong usage, 130 and 143 ended by SIGINT and SIGTERM

Credentials and region come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION, else from the
profile that AWS_PROFILE names, or the default one, in ~/.aws/credentials and ~/.aws/config.
Nothing else of your environment reaches the function but PATH.

Examples
  lambda-bootstraps invoke index.handler '{"a":1}'
  lambda-bootstraps invoke app.handler @event.json --timeout 30 --env TABLE=orders
  lambda-bootstraps serve index.handler --task-dir dist
  lambda-bootstraps serve app.handler --url --url-invoke-mode RESPONSE_STREAM
  aws lambda invoke --endpoint-url http://127.0.0.1:9001 --function-name test --payload '{}' out.json
`;

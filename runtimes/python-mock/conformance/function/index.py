import os
import signal
import subprocess
import sys

count = 0


def echo(event, context):
    return event


def throws(event, context):
    raise TypeError("it is broken")


def exit42(event, context):
    sys.exit(42)


def exit0(event, context):
    sys.exit(0)


def sigkill(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def loop(event, context):
    while True:
        pass


def loopOnce(event, context):
    while event["loop"]:
        pass
    return event


def context(event, context):
    client_context = context.client_context
    return {
        "requestId": context.aws_request_id,
        "functionName": context.function_name,
        "functionVersion": context.function_version,
        "invokedFunctionArn": context.invoked_function_arn,
        "remainingMs": context.get_remaining_time_in_millis(),
        "clientContext": client_context and {"custom": client_context.custom},
        "cognitoIdentityId": context.identity and context.identity.cognito_identity_id,
        "tenantId": getattr(context, "tenant_id", None),
        "traceId": os.environ.get("_X_AMZN_TRACE_ID"),
    }


def environment(event, context):
    return dict(os.environ)


def writes(event, context):
    sys.stdout.write("out without end")
    sys.stderr.write("err line\n")
    return "written"


def sevenMegabytes(event, context):
    return "x" * 7000000


def counts(event, context):
    global count
    count += 1
    return count


def child(event, context):
    child = subprocess.Popen(
        ["sleep", "1000"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    print("child=%d" % child.pid)
    while True:
        pass

import collections
import decimal
import logging
import os
import subprocess
import sys
import time


def echo(event, context):
    return event


def facts(event, context):
    return {
        "remainingMs": context.get_remaining_time_in_millis(),
        "memory": context.memory_limit_in_mb,
        "logGroup": context.log_group_name,
        "logStream": context.log_stream_name,
        "deadlineIsInt": isinstance(context._epoch_deadline_time_in_ms, int),
        "tenantId": getattr(context, "tenant_id", "unknown"),
        "identity": context.identity and context.identity.cognito_identity_pool_id,
        "clientContext": context.client_context and context.client_context.custom,
        "traceId": os.environ["_X_AMZN_TRACE_ID"],
    }


def surroundings(event, context):
    return {
        "version": list(sys.version_info[:2]),
        "arguments": sys.argv,
        "path": sys.path,
        "environment": dict(os.environ),
        "inheritable": [os.get_inheritable(descriptor) for descriptor in (3, 4)],
        "outermost": outermost_file(),
        "modules": sorted(name for name in sys.modules if "bootstraps" in name),
    }


def outermost_file():
    frame = sys._getframe()
    while frame.f_back and frame.f_back.f_code.co_filename.endswith(".py"):
        frame = frame.f_back
    return frame.f_code.co_filename


class OrderError(Exception):
    pass


def fails(event, context):
    check(event)


def check(event):
    raise OrderError("no, ünd €\nsecond line")


def unserializable(event, context):
    return {"set": {1}}


Point = collections.namedtuple("Point", "x y")


def values(event, context):
    return {"decimal": decimal.Decimal("1.10"), "point": Point(1, 2), "list": [1.5, None, True], "text": "ü\u2028\x7f"}


def raw(event, context):
    return b'{"raw": 1}'


def large(event, context):
    return "x" * event["bytes"]


def logs(event, context):
    logging.getLogger().setLevel(logging.INFO)
    print("printed")
    logging.info("two\nlines %s", "ü")
    logging.getLogger("mine").warning({"a": 1})
    try:
        {}["missing"]
    except KeyError:
        logging.exception("caught")
    sys.stdout.write("no end")


def imports(event, context):
    import lower_only
    import shadowed
    import versioned

    child = [sys.executable, "-c", "import os, sys; sys.stdout.write(os.environ['PYTHONPATH'])"]
    return {
        "shadowed": shadowed.origin,
        "lowerOnly": lower_only.origin,
        "versioned": versioned.origin,
        "pythonPathOfChild": subprocess.check_output(child).decode(),
    }


def meet(event, context):
    """Waits until as many as `event` says are in here at once."""
    open(os.path.join(event["folder"], context.aws_request_id), "w").close()
    while len(os.listdir(event["folder"])) < event["count"]:
        time.sleep(0.01)
    return {"process": os.getpid(), "requestId": context.aws_request_id}

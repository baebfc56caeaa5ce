import os


def lambda_handler(event, context):
    print("Hello from", os.environ["AWS_LAMBDA_FUNCTION_NAME"])
    return {
        "event": event,
        "requestId": context.aws_request_id,
        "remainingMs": context.get_remaining_time_in_millis(),
    }

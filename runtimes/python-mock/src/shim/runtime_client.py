"""Stands in for `runtime_client`, the native module of awslambdaric, on Python 3.6 and newer. It speaks the frames of
packages/core/src/frames/codec.ts where the process was started with descriptors for them, else the Runtime API's HTTP.
"""

import json
import os

_VARIABLE = "LAMBDA_BOOTSTRAPS_FRAMES"
_INVOKE, _NEXT, _RESPONSE, _ERROR = 1, 2, 3, 4
_HEAD_BYTES = 5
# Most frames fit and are read by one call.
_ARRIVAL_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
# The largest answer (limits.responseBytes of the core). A frame is not answered, so it is compared here.
_RESPONSE_LIMIT_BYTES = 6291556

_client = None


def initialize_client(*given):
    global _client
    if len(given) not in (1, 2) or not _is_text(given[0]):
        raise RuntimeError("Wrong arguments")
    # Out of the environment: the function must not see it.
    descriptors = os.environ.pop(_VARIABLE, None)
    if _client is not None:
        return
    if descriptors is not None:
        _client = _FramesClient(descriptors)
    else:
        # A file of its own: few functions need it.
        from runtime_client_http import HttpClient

        _client = HttpClient(os.environ.get("AWS_LAMBDA_RUNTIME_API") or "127.0.0.1:9001", given[0])


def next():
    """Waits for an invocation, without the GIL, and gives its payload (bytes) and its headers (dict)."""
    try:
        payload, headers = _client.next()
    except Exception:
        raise RuntimeError("Failed to get next") from None
    return payload, {
        "Lambda-Runtime-Aws-Request-Id": headers.get("lambda-runtime-aws-request-id", ""),
        "Lambda-Runtime-Trace-Id": headers.get("lambda-runtime-trace-id") or None,
        "Lambda-Runtime-Invoked-Function-Arn": headers.get("lambda-runtime-invoked-function-arn", ""),
        "Lambda-Runtime-Deadline-Ms": int(headers.get("lambda-runtime-deadline-ms") or 0),
        "Lambda-Runtime-Client-Context": headers.get("lambda-runtime-client-context") or None,
        "Content-Type": headers.get("content-type") or None,
        "Lambda-Runtime-Cognito-Identity": headers.get("lambda-runtime-cognito-identity") or None,
        "Lambda-Runtime-Aws-Tenant-Id": headers.get("lambda-runtime-aws-tenant-id") or None,
        "Lambda-Runtime-Invocation-Id": headers.get("lambda-runtime-invocation-id") or None,
    }


def post_invocation_result(*given):
    """Takes request id, payload (bytes), content type, and since 4.x the invocation id (may be None)."""
    _check(given, (str, bytes, str))
    request_id, payload, content_type = given[:3]
    try:
        _client.post_response(_encode(request_id), payload, content_type)
    except Refused as refused:
        # In the words of the native module, which ends the runtime: an answer that is too large is the usual reason.
        _log("Failed to post handler success response. Http response code: %d." % refused.status)
        raise RuntimeError("Failed to post invocation response") from None
    except OSError:
        raise RuntimeError("Failed to post invocation response") from None


def post_error(*given):
    """Takes request id, error (JSON), X-Ray cause (JSON), and since 4.x the invocation id (may be None)."""
    _check(given, (str, str, str))
    request_id, payload, xray_cause = (_encode(text) for text in given[:3])
    try:
        _client.post_error(request_id, payload, xray_cause)
    except (Refused, OSError):
        raise RuntimeError("Failed to post invocation error") from None


class Refused(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


class _FramesClient(object):
    def __init__(self, descriptors):
        source, sink = (int(descriptor) for descriptor in descriptors.split(","))
        for descriptor in (source, sink):
            # What the function starts shall not hold them open.
            os.set_inheritable(descriptor, False)
            if os.name == "posix":
                # A peer may have handed over a non-blocking one.
                os.set_blocking(descriptor, True)
        self.source = source
        self.sink = sink
        self.arrived = b""

    def next(self):
        os.write(self.sink, b"\0\0\0\1\2")
        arrived = self.arrived
        while len(arrived) < _HEAD_BYTES:
            arrived += self._read(_ARRIVAL_BYTES)
        end = 4 + int.from_bytes(arrived[:4], "big")
        if len(arrived) < end:
            arrived = self._read_up_to(end, arrived)
        if arrived[4] != _INVOKE:
            raise EOFError("a frame of the unknown kind %d" % arrived[4])
        self.arrived = arrived[end:]
        headers_start = _HEAD_BYTES + 4
        headers_end = headers_start + int.from_bytes(arrived[_HEAD_BYTES:headers_start], "big")
        headers = json.loads(arrived[headers_start:headers_end].decode("utf-8"))
        headers = {name.lower(): value for name, value in headers.items()}
        headers["content-type"] = "application/json"
        return arrived[headers_end:end], headers

    def post_response(self, request_id, payload, content_type):
        self._write_frame(_RESPONSE, len(request_id).to_bytes(2, "big") + request_id, payload)

    def post_error(self, request_id, payload, xray_cause):
        head = len(request_id).to_bytes(2, "big") + request_id + len(xray_cause).to_bytes(4, "big") + xray_cause
        self._write_frame(_ERROR, head, payload)

    def _read_up_to(self, end, arrived):
        chunks = [arrived]
        missing = end - len(arrived)
        while missing > 0:
            chunks.append(self._read(min(missing, _CHUNK_BYTES)))
            missing -= len(chunks[-1])
        return b"".join(chunks)

    def _read(self, most):
        chunk = os.read(self.source, most)
        if not chunk:
            raise EOFError("the peer has closed the frame transport")
        return chunk

    def _write_frame(self, kind, head, payload):
        start = (1 + len(head) + len(payload)).to_bytes(4, "big") + bytes((kind,)) + head
        if len(payload) < _ARRIVAL_BYTES:
            self._write(start + payload)
        else:
            self._write(start)
            self._write(payload)
        if len(payload) > _RESPONSE_LIMIT_BYTES:
            raise Refused(413)

    def _write(self, data):
        written = os.write(self.sink, data)
        if written < len(data):
            rest = memoryview(data)
            while written < len(data):
                written += os.write(self.sink, rest[written:])


def _check(given, kinds):
    if _client is None:
        raise RuntimeError("Client not yet initalized")
    if len(given) not in (3, 4):
        raise RuntimeError("Wrong arguments")
    for value, kind in zip(given, kinds):
        if not (isinstance(value, bytes) if kind is bytes else _is_text(value)):
            raise RuntimeError("Wrong arguments")
    if len(given) == 4 and given[3] is not None and not _is_text(given[3]):
        raise RuntimeError("Wrong arguments")


def _is_text(value):
    return isinstance(value, str) and "\0" not in value


def _encode(text):
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # A lone surrogate.
        raise RuntimeError("Wrong arguments") from None


def _log(words):
    import time

    os.write(1, ("[ERROR] [%d] LAMBDA_RUNTIME %s\n" % (time.time() * 1000, words)).encode("utf-8"))

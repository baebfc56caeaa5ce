"""The native module by the Runtime API's own HTTP: for clients that fork processes, which cannot share one pair of
descriptors."""

import http.client
import os

import runtime_client

_API = "/2018-06-01/runtime/invocation/"


class HttpClient(object):
    def __init__(self, authority, user_agent):
        self.authority = authority
        self.user_agent = user_agent
        self.connection = None
        self.process = None

    def next(self):
        answer, payload = self._exchange("GET", "next", None, {})
        if answer.status != 200:
            raise runtime_client.Refused(answer.status)
        return payload, {name.lower(): value for name, value in answer.getheaders()}

    def post_response(self, request_id, payload, content_type):
        self._post(request_id, b"/response", payload, {"Content-Type": content_type})

    def post_error(self, request_id, payload, xray_cause):
        # Without the cause: it is for X-Ray, which is not here, and may be more than a header holds.
        self._post(request_id, b"/error", payload, {"Content-Type": "application/json"})

    def _post(self, request_id, what, payload, headers):
        answer, _ = self._exchange("POST", (request_id + what).decode("utf-8"), payload, headers)
        if not 200 <= answer.status <= 299:
            raise runtime_client.Refused(answer.status)

    def _exchange(self, method, path, body, headers):
        # The client makes its processes after it has initialized us: each has a connection of its own.
        if self.process != os.getpid():
            self.connection = http.client.HTTPConnection(self.authority)
            self.process = os.getpid()
        headers["User-Agent"] = self.user_agent
        reused = self.connection.sock is not None
        try:
            return self._send(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection.close()
            # A connection that was kept may have been closed just now; nothing was heard on it then.
            if not reused:
                raise
            return self._send(method, path, body, headers)

    def _send(self, method, path, body, headers):
        self.connection.request(method, _API + path, body, headers)
        answer = self.connection.getresponse()
        return answer, answer.read()

"""Functions for tests: starts `lambda-bootstraps control`, and asks it by HTTP. Nothing but the standard library."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request


class LambdaService:
    """A server from `start` to `stop`, or for a `with` block, and the functions in it."""

    def __init__(self, program="lambda-bootstraps"):
        self._program = program

    def start(self):
        self._process = subprocess.Popen([self._program, "control", "--port", "0"], stdout=subprocess.PIPE, text=True)
        # One line, when it listens.
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._program} ended with exit code {self._process.wait()}")
        said = json.loads(line)
        self.endpoint, self._token = said["endpoint"], said["token"]
        return self

    def stop(self):
        try:
            self._ask("POST", "/v1/stop")
            self._process.wait(timeout=60)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def create(self, function_name, **settings):
        """Makes a function; settings are those of the control API, such as `runtime`, `handler` and `taskDir`."""
        self._ask("POST", "/v1/functions", {"functionName": function_name, **settings})
        return Function(self, function_name)

    def events(self, since=1, wait=0, types=()):
        """What has happened since that number, and the number to ask with next."""
        query = urllib.parse.urlencode({"from": since, "wait": wait, **({"types": ",".join(types)} if types else {})})
        found = self._ask("GET", f"/v1/events?{query}")
        return found["events"], found["next"]

    def _ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.endpoint + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            # What was wrong, in a sentence.
            raise RuntimeError(json.load(error)["error"]["message"]) from None


class Function:
    def __init__(self, service, name):
        self._service, self.name = service, name

    def invoke(self, payload, tail=False):
        """The answer with its log and figures: `payload`, `functionError`, `logTail`, `report`."""
        return self._service._ask("POST", f"/v1/functions/{self.name}/invoke", {"payload": payload, "tail": tail})

    def update(self, **changes):
        self._service._ask("PATCH", f"/v1/functions/{self.name}", changes)

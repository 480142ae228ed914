"""A REST service on this machine, which can be told to fail."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Service:
    """Keeps notes.

    Attributes:
        notes: the notes by their ids.
        requests: what came: the method, the path, and the body.
        fails: answers, each for one request: a status, or ``"lost"`` to do what is asked
            and break the connection instead of an answer; ``None`` to answer as it should.
    """

    def __init__(self):
        self.notes = {}
        self.requests = []
        self.fails = []
        self._made = {}

    def answer(self, method, path, body, headers):
        """Return a status and a document."""
        self.requests.append((method, path, body))
        _, name, *rest = path.split("/")
        assert name == "notes"
        if method == "GET":
            return 200, list(self.notes.values())
        if method == "POST":
            return self._make(body, headers["Idempotency-Key"])
        key = int(rest[0])
        if key not in self.notes:
            return 404, None
        if method == "DELETE":
            del self.notes[key]
            return 204, None
        assert method == "PATCH" and headers["Content-Type"] == "application/merge-patch+json"
        self.notes[key] = merged(self.notes[key], body)
        return 200, self.notes[key]

    def _make(self, body, once):
        key, asked = self._made.setdefault(once, (len(self._made) + 10, body))
        if asked != body:
            return 422, None  # the same key for something else
        return 201, self.notes.setdefault(key, body | {"id": key})


def merged(target, patch):
    """RFC 7396, once more: not by what is tested."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = merged(found.get(key), value)
    return found


def handler(service):
    class Handler(BaseHTTPRequestHandler):
        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            how = service.fails.pop(0) if service.fails else None
            if isinstance(how, int):
                service.requests.append((self.command, self.path, how))
                self.send_error(how)
                return
            status, document = service.answer(
                self.command, self.path, json.loads(body) if body else None, self.headers
            )
            if how == "lost":
                self.close_connection = True
                return
            self.send_response(status)
            self.end_headers()
            if status != 204:
                self.wfile.write(json.dumps(document).encode())

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one

        def log_message(self, *args):
            pass

    return Handler


@contextmanager
def running(service):
    """Run the service on a free port; yields its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(service)) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

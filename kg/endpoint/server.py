"""HTTP/1.1 with the standard library: reads requests within limits, hands them on, writes replies whole.

What http.server leaves open is closed here: the number of connections, the time that a request may take to come in,
bodies without a length or with two, HTTP/0.9, and methods and hosts that are not ours.
"""

from __future__ import annotations

import io
import re
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from kg.endpoint.access import HEADERS, Access, check_embedding, check_host, check_origin, preflight
from kg.endpoint.messages import Limits, Reply, Request, RequestError, refuse
from kg.endpoint.routes import fixed
from kg.endpoint.workers import ClientGoneError, Workers
from kg.errors import SettingsError

#: Connections that are served at the same time; further ones are refused at once.
CONNECTIONS = 64
#: Bytes a second below which a client is too slow for an answer.
SLOWEST = 50_000
#: Bytes of all headers together.
HEADER_BYTES = 128 << 10

Log = Callable[[str], None]


class Server(ThreadingHTTPServer):
    """A listening socket with a thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = CONNECTIONS

    def __init__(self, host: str, port: int, workers: Workers, access: Access, limits: Limits, log: Log) -> None:
        self.workers, self.access, self.limits, self.log = workers, access, limits, log
        self.places = threading.BoundedSemaphore(CONNECTIONS)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            self.address_family = found[0][0]
            super().__init__((host, port), Handler)
        except (OSError, OverflowError) as error:
            hint = "choose another --port; 0 takes a free one"
            reason = getattr(error, "strerror", None) or str(error)
            raise SettingsError(f"cannot listen: {reason}", where=f"{host}:{port}", hint=hint) from error

    def server_bind(self) -> None:
        """Bind, without asking the network for this machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def address(self) -> str:
        """The URL without a path that reaches the server from this machine."""
        host, port = str(self.server_address[0]), self.server_address[1]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- told apart, not bound
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread, or refuse where too many run."""
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        request.settimeout(1)
        text = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with suppress(OSError):
            request.sendall(text)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is told in the log, without a traceback."""
        del request, client_address
        error = sys.exc_info()[1]
        if not isinstance(error, OSError | ClientGoneError):
            self.log(f"error of ours: {type(error).__name__}: {error}")


class _Timely(io.RawIOBase):
    """What comes in on a socket, until a deadline and up to a number of bytes."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.deadline = 0.0
        self.left = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0 or self.left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)
        number = self.connection.recv_into(buffer)
        self.left -= number
        return number


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes: the second would wait for the client's leave
    default_request_version = "HTTP/0.9"
    server_version = "accord-kg"
    sys_version = ""

    def setup(self) -> None:
        """Read through what keeps the deadline."""
        super().setup()
        self._incoming = _Timely(self.connection)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        """Read, answer and write one request."""
        self._incoming.deadline = time.monotonic() + self.server.limits.idle
        self._incoming.left = HEADER_BYTES + self.server.limits.max_body
        self.requestline, self.request_version, self.command = "", "", ""
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if len(self.raw_requestline) > 65536:
                self.send_error(414)
                return
            if not self.raw_requestline:
                self.close_connection = True
                return
            if self.parse_request():
                self._serve()
        except (TimeoutError, ClientGoneError, ConnectionError):
            self.close_connection = True

    def _serve(self) -> None:
        started = time.monotonic()
        cors: tuple[tuple[str, str], ...] = ()
        try:
            headers = self._headers()
            host = check_host(self.server.access, headers.get("host", ""))
            cors = check_origin(self.server.access, host, headers.get("origin"))
            check_embedding(self.server.access, headers)
            if self.command == "OPTIONS":
                reply = Reply(status=204, headers=preflight(headers))
            else:
                reply = self._reply(self._request(headers, host))
        except RequestError as error:
            self.close_connection = True  # its body may still come
            reply = error.reply()
        self._write(reply, cors)
        took = (time.monotonic() - started) * 1000
        self.server.log(f"{self.command} {self.path.partition('?')[0][:200]!r} {reply.status} {took:.0f} ms")

    def _reply(self, request: Request) -> Reply:
        return fixed(request) or self.server.workers.ask(request, self.connection)

    def _headers(self) -> dict[str, str]:
        if self.request_version not in ("HTTP/1.0", "HTTP/1.1"):
            self.request_version = "HTTP/1.0"  # else the library writes neither status nor headers
            raise RequestError(505, "HTTP/1.1 is spoken here")
        for name in ("Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Origin"):
            if len(self.headers.get_all(name, [])) > 1:
                raise RequestError(400, f"{name} is given twice")
        if self.headers.defects:  # a line that is no header, behind which others would hide
            raise RequestError(400, "malformed headers")
        return {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}

    def _request(self, headers: dict[str, str], host: str) -> Request:
        target = self.path if self.path.startswith("/") else ""
        if not target and (whole := urlsplit(self.path)).scheme == "http" and whole.netloc.lower() == host.lower():
            target = whole._replace(scheme="", netloc="").geturl() or "/"
        path, _, query = target.partition("#")[0].partition("?")
        try:
            path = unquote(path, errors="strict")
        except UnicodeDecodeError as error:
            raise RequestError(400, "the path is not UTF-8") from error
        if not path.startswith("/") or re.search(r"[\x00-\x1f\x7f]", path):
            raise RequestError(400, "no valid path")
        return Request(
            method=self.command, path=path, query=query, headers=headers, body=self._body(headers), host=host
        )

    def _body(self, headers: dict[str, str]) -> bytes:
        if "transfer-encoding" in headers:
            raise RequestError(411, "a body needs Content-Length")
        if headers.get("content-encoding", "identity") != "identity":
            raise RequestError(415, "compressed bodies are not read")
        length = headers.get("content-length")
        if length is None and self.command in ("POST", "PUT", "PATCH"):
            raise RequestError(411, "a body needs Content-Length")
        if length is not None and not re.fullmatch(r"[0-9]{1,18}", length):
            raise RequestError(400, "Content-Length is no number")
        size = int(length or 0)
        if size > self.server.limits.max_body:
            raise RequestError(413, f"the body has more than {self.server.limits.max_body:,} bytes")
        body = self.rfile.read(size) if size else b""
        if len(body) != size:
            raise ConnectionError
        return body

    def _write(self, reply: Reply, extra: tuple[tuple[str, str], ...] = ()) -> None:
        """Status, headers and body in one piece; a client that takes them too slowly is left."""
        self.send_response(reply.status)
        given = list(reply.headers) + list(extra)
        vary = ", ".join(dict.fromkeys(value for name, value in given if name == "Vary"))
        given = [pair for pair in given if pair[0] != "Vary"] + ([("Vary", vary)] if vary else [])
        if reply.status != 204:
            given += [("Content-Type", reply.type), ("Content-Length", str(len(reply.body)))]
        own = {name for name, _ in given}  # pages with a program have a policy of their own
        for name, value in (*given, *(pair for pair in HEADERS if pair[0] not in own)):
            self.send_header(name, value)
        shared = any(name == "Access-Control-Allow-Origin" for name, _ in extra)
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.connection.settimeout(self.server.limits.idle + len(reply.body) / SLOWEST)
        self.end_headers()
        if self.command != "HEAD" and reply.status != 204:
            self.wfile.write(reply.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses: in our form."""
        del explain
        self.close_connection = True
        self.request_version = self.request_version if self.request_version.startswith("HTTP/1") else "HTTP/1.0"
        self._write(refuse(int(code), message or responses.get(code, "refused")))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's name
        """Nothing: one line for each request is written when it is done."""

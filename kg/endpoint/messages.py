"""What is asked of the endpoint and what it answers, without sockets: plain values that also go between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from kg.errors import KgError

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may take.

    Attributes:
        timeout: seconds that a query may run; then its process is killed.
        max_rows: of an answer, or triples; a longer one is refused.
        max_reply, max_body: bytes of an answer, of a request's body.
        memory: bytes that a query may take beyond the data, where the system can hold it to that.
        queries: how many run at the same time.
        patience: seconds that a request waits for its turn.
        idle: seconds in which a request must have come in whole.
    """

    timeout: float = 30.0
    max_rows: int = 100_000
    max_reply: int = 64 << 20
    max_body: int = 1 << 20
    memory: int = 2 << 30
    queries: int = 4
    patience: float = 5.0
    idle: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request whose host has been checked.

    Attributes:
        path: with percent signs decoded.
        query: what stands after the question mark, as sent.
        headers: by lower-case name.
        host: authority that the client used, for links.
    """

    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = "localhost"

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values after the question mark.

        Raises:
            RequestError: not UTF-8, or too many.
        """
        return decode_pairs(self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Status, media type, body, and headers beside those that every reply has."""

    status: int = 200
    type: str = PLAIN
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class RequestError(KgError):
    """A request that gets no answer, with the HTTP status that says so."""

    def __init__(
        self, status: int, message: str, *, hint: str | None = None, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = headers

    def reply(self) -> Reply:
        """The refusal in words."""
        return refuse(self.status, str(self), self.hint, self.headers)


def refuse(status: int, message: str, hint: str | None = None, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A reply that says why there is no answer, and what to do."""
    text = message + (f"\nhint: {hint}" if hint else "") + "\n"
    return Reply(status=status, body=text.encode("utf-8", "replace"), headers=headers)


def decode_pairs(text: str) -> list[tuple[str, str]]:
    """Names and values of application/x-www-form-urlencoded.

    Raises:
        RequestError: not UTF-8, or too many.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError as error:
        hint = "encode it as UTF-8, each byte beyond ASCII as %XX"
        raise RequestError(400, "the parameters cannot be read", hint=hint) from error

"""Who may ask: host names against DNS rebinding, origins against other people's pages, and the headers of replies."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kg.endpoint.messages import RequestError

_LOCAL = frozenset({"localhost"})
#: Headers of every reply. Pages load their style sheet and send their forms here; nothing else is allowed.
HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Host names that the endpoint is called by beside its addresses, and origins whose pages may read answers.

    `hosts` are in lower case; `origins` are as browsers send them, or "*".
    """

    hosts: frozenset[str] = _LOCAL
    origins: frozenset[str] = frozenset()
    loopback: bool = True


def allow(host: str, names: list[str], origins: list[str]) -> Access:
    """Who may ask an endpoint that listens on `host`.

    Args:
        host: name or address; one of this machine alone admits only requests to loopback addresses.
        names: further host names, such as that of a proxy in front.
        origins: of pages elsewhere, such as "https://example.org", or "*" for all.
    """
    own = {host.lower()} | {name.lower() for name in names} | _LOCAL
    loopback = is_loopback(host)
    if not loopback:
        own |= {socket.gethostname().lower()}
    return Access(hosts=frozenset(own), origins=frozenset(o.lower().rstrip("/") for o in origins), loopback=loopback)


def check_host(access: Access, value: str) -> str:
    """The authority in a Host header.

    A page that was loaded from a name of its own can make that name point here and would then count as ours, so names
    must be known. Addresses cannot be made to point elsewhere.

    Raises:
        RequestError: malformed, or not a name of ours.
    """
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::\d{1,5})?", value)
    if not match:
        raise RequestError(400, "no valid Host header")
    name = match[1].strip("[]").lower().rstrip(".")
    if name in access.hosts:
        return value
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        address = None
    if address and (address.is_loopback or not access.loopback):
        return value
    raise RequestError(421, f"this is not {name[:80]}", hint="if it is, start with: kg serve --allow-host NAME")


def check_origin(access: Access, host: str, origin: str | None) -> tuple[tuple[str, str], ...]:
    """The CORS headers for the page that asks, if a page does.

    Raises:
        RequestError: a page elsewhere may not ask.
    """
    if origin is None:
        return (("Vary", "Origin"), *([("Access-Control-Allow-Origin", "*")] if "*" in access.origins else []))
    own = urlsplit(origin).netloc.lower() == host.lower()
    local = access.loopback and origin != "null" and is_loopback(_hostname(origin))
    if "*" in access.origins:
        allowed = "*"
    elif own or local or origin.lower() in access.origins:
        allowed = origin
    else:
        hint = "let pages from there ask: kg serve --cors ORIGIN"
        raise RequestError(403, "pages from elsewhere may not ask", hint=hint, headers=(("Vary", "Origin"),))
    exposed = ("Access-Control-Expose-Headers", "Content-Location, Retry-After")
    return (("Vary", "Origin"), ("Access-Control-Allow-Origin", allowed), exposed)


def check_embedding(access: Access, headers: Mapping[str, str]) -> None:
    """Let no page elsewhere make browsers send queries in passing, as images or scripts; links are welcome.

    Raises:
        RequestError: a page elsewhere embeds this.
    """
    embedded = headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") == "no-cors"
    if embedded and "*" not in access.origins:
        raise RequestError(403, "pages from elsewhere may not embed this")


def preflight(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What a browser is told that asks beforehand."""
    told = (
        ("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", "Accept, Content-Type"),
        ("Access-Control-Max-Age", "600"),
        ("Allow", "GET, HEAD, POST, OPTIONS"),
    )
    private = headers.get("access-control-request-private-network") == "true"
    return (*told, *([("Access-Control-Allow-Private-Network", "true")] if private else []))


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in _LOCAL


def _hostname(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""

"""One HTTP request to a store: repeated where that can do no harm, its answer limited, its refusal explained."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from kg.errors import StoreError
from kg.stores.credentials import Credentials, offered

MEGABYTE = 1 << 20
#: Seconds to wait before each further try.
PAUSES = (0.2, 0.6, 1.8, 5.4)
_PASSING = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Wire:
    """An open client with what every request needs."""

    client: httpx.Client
    where: str
    credentials: Credentials
    limit: int
    pause: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read whole."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def media_type(self) -> str:
        """Of the content, without parameters; empty where none is told."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


def send(
    wire: Wire,
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    repeatable: bool = True,
    missing: bool = False,
    anything: bool = False,
) -> Answer:
    """One request, repeated where that can do no harm.

    Args:
        wire: the open client.
        method: of HTTP.
        url: address of the service.
        params: of the address.
        data: a form.
        content: a body.
        headers: beside the client's.
        repeatable: the request may be sent again when its answer did not come.
        missing: 404 is an answer.
        anything: every status is an answer, none is waited for, and what comes with it is not read.
    """
    request = {"params": params, "data": data, "content": content, "headers": headers}
    for pause in (None,) if anything else (*PAUSES, None):
        last = pause is None
        try:
            answer = _once(wire, method, url, request, whole=not anything)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # nothing has been sent yet
            if last or _is_certificate(error):
                raise _unreachable(wire, url, error) from error
        except httpx.InvalidURL as error:  # httpx looks at redirects before we do
            hint = "name the store's own address"
            raise StoreError("redirects to what is no address", where=url, hint=hint) from error
        except httpx.RequestError as error:
            if last or not repeatable:
                raise _unreachable(wire, url, error) from error
        else:
            passing = answer.status in _PASSING and (repeatable or answer.status in (429, 503))
            if not passing or last:
                if anything or answer.status < 300 or (missing and answer.status == httpx.codes.NOT_FOUND):
                    return answer
                raise _refusal(wire, url, answer, content)
            wire.pause(_retry_after(answer, pause))
            continue
        wire.pause(pause or 0)
    raise AssertionError("the last try returns or raises")


def _once(wire: Wire, method: str, url: str, request: dict[str, Any], *, whole: bool = True) -> Answer:
    """Send, follow redirects within the host, and read no more than the limit."""
    target = url
    for _ in range(4):
        with wire.client.stream(method, target, **request) as response:
            location = response.headers.get("location", "")
            if response.status_code in _REDIRECTS and location:
                target = _redirected(target, location, method, response.status_code)
                continue
            chunks, size = [], 0
            for chunk in response.iter_bytes() if whole else ():
                size += len(chunk)
                if size > wire.limit:
                    raise StoreError(
                        f"its answer is larger than {wire.limit // MEGABYTE} MB",
                        where=url,
                        hint="allow more with --max-answer, if the answer is wanted",
                    )
                chunks.append(chunk)
            return Answer(response.status_code, response.headers, b"".join(chunks))
    raise StoreError("redirects in a circle", where=url, hint="name the store's own address")


def _redirected(url: str, location: str, method: str, status: int) -> str:
    """Where a redirect leads, if it stays on the host and does not drop the encryption or the body."""
    try:
        old, new = urlsplit(url), urlsplit(urljoin(url, location))
        httpx.URL(new.geturl())
        _ = new.port  # raises where it is none
    except (ValueError, httpx.InvalidURL) as error:
        raise StoreError("redirects to what is no address", where=url, hint="name the store's own address") from error
    same = (old.hostname, old.port) == (new.hostname, new.port) and old.scheme == new.scheme
    upgraded = (old.scheme, new.scheme, old.hostname) == ("http", "https", new.hostname) and new.port in (None, 443)
    if not (same or upgraded):
        raise StoreError(
            f"redirects to another host, {new.scheme}://{new.netloc.rpartition('@')[2]}",
            where=url,
            hint="if you trust it, name that address instead",
        )
    if method != "GET" and status in (301, 302, 303):
        hint = f"name that address instead: {new.scheme}://{new.netloc}{new.path}"
        raise StoreError(f"redirects a {method} request with status {status}", where=url, hint=hint)
    return new.geturl()


def _retry_after(answer: Answer, pause: float | None) -> float:
    told = answer.headers.get("retry-after", "")
    return max(pause or 0, min(float(told), 30.0)) if told.isdigit() else (pause or 0)


def _is_certificate(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _unreachable(wire: Wire, url: str, error: Exception) -> StoreError:
    if _is_certificate(error):
        hint = "if the store's certificate is your own authority's, name its file in SSL_CERT_FILE"
        return StoreError("its TLS certificate is not trusted", where=url, hint=hint)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return StoreError(f"cannot be reached: {_reason(error)}", where=url, hint="check the address and that it runs")
    if isinstance(error, httpx.TimeoutException):
        seconds = wire.client.timeout.read
        return StoreError(f"no answer within {seconds:g} s", where=url, hint="allow more with --timeout SECONDS")
    return StoreError(f"the connection broke: {_reason(error)}", where=url, hint="run the command again")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _refusal(wire: Wire, url: str, answer: Answer, content: bytes | None) -> StoreError:
    """What a status that is no success means, and what can be done about it."""
    said = _said(answer)
    if answer.status == httpx.codes.UNAUTHORIZED:
        return _unauthorized(wire, url, answer)
    if answer.status == httpx.codes.FORBIDDEN or "SR186" in said:
        hint = "use an account that may write: KG_USER and KG_PASSWORD, or --user"
        return StoreError(f"not allowed ({answer.status}){said}", where=url, hint=hint)
    if answer.status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        size = f" of {len(content) / MEGABYTE:.1f} MB" if content else ""
        hint = "raise the limit on bodies in the store or in the proxy before it (nginx: client_max_body_size)"
        return StoreError(f"refuses a body{size} as too large (413)", where=url, hint=hint)
    if answer.status == httpx.codes.NOT_FOUND:
        hint = "check the address, or name --profile, --query-url, --update-url and --graphs-url"
        return StoreError("there is nothing at this address (404)", where=url, hint=hint)
    if answer.status in _REDIRECTS:
        return StoreError(f"redirects to nowhere ({answer.status})", where=url, hint="name the store's own address")
    line = _line(said, content)
    if content is not None and line:
        return StoreError(f"cannot parse what was sent ({answer.status}){said}{line}", where=url, hint="see the line")
    hint = "see the store's log" if answer.status >= 500 else "does --profile name the right kind of store?"
    return StoreError(f"refuses ({answer.status}){said}", where=url, hint=hint)


def _unauthorized(wire: Wire, url: str, answer: Answer) -> StoreError:
    schemes = " or ".join(offered(answer.headers)) or "some"
    if wire.credentials.token is not None and "Bearer" not in offered(answer.headers) and offered(answer.headers):
        hint = "a token was given: give KG_USER and KG_PASSWORD instead"
    elif wire.credentials.given:
        hint = "user, password or token is wrong"
    else:
        hint = "give --user and KG_PASSWORD (or --password-file), KG_TOKEN, or an entry in ~/.netrc"
    return StoreError(f"asks for {schemes} authentication (401)", where=url, hint=hint)


def _said(answer: Answer) -> str:
    """The first words of an error's body, without markup and control characters."""
    text = answer.content[:4000].decode("utf-8", "replace")
    if "<" in text and ("html" in answer.media_type or re.match(r"\s*<", text)):
        text = re.sub(r"(?s)<(?:head|style|script)\b.*?</(?:head|style|script)>|<[^<>]*>", " ", text)
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    return f": {text[:300]}" if text else ""


def _line(said: str, content: bytes | None) -> str:
    """The line of the body that an error speaks of."""
    found = re.search(r"\blines? (?:between )?(\d+)", said, re.IGNORECASE)
    lines = (content or b"").split(b"\n")
    if not found or not 0 < int(found[1]) <= len(lines):
        return ""
    return f"; line {found[1]}: {lines[int(found[1]) - 1][:200].decode('utf-8', 'replace')}"

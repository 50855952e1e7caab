"""Who asks: a user and password or a token, from options, the environment or netrc; they appear in no message."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from kg.errors import SettingsError

ENDPOINT = "KG_ENDPOINT"
USER = "KG_USER"
PASSWORD = "KG_PASSWORD"  # noqa: S105 -- the variable's name
TOKEN = "KG_TOKEN"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What may be shown when the store asks for it; secrets are left out of the representation."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @property
    def given(self) -> bool:
        """Whether there is anything to show."""
        return self.token is not None or (self.user is not None and self.password is not None)


NOBODY = Credentials()


def find_credentials(
    host: str,
    *,
    user: str | None = None,
    password_file: Path | None = None,
    token_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Credentials:
    """Credentials for a host: from options, else from KG_USER, KG_PASSWORD, KG_TOKEN, else from netrc.

    Raises:
        SettingsError: a file cannot be read, or a user lacks a password.
    """
    token = _first_line(token_file) if token_file else environment.get(TOKEN)
    if token:
        return Credentials(token=token)
    name = user or environment.get(USER)
    password = _first_line(password_file) if password_file else environment.get(PASSWORD)
    if name and password is not None:
        return Credentials(user=name, password=password)
    found = _netrc(host, environment)
    if found and (name is None or name == found.user):
        return found
    if name:
        raise SettingsError(
            f"no password for user {name}",
            hint=f"set {PASSWORD}, name a file with --password-file, or add {host} to ~/.netrc",
        )
    return Credentials()


class Answering(httpx.Auth):
    """Shows credentials only after the store has asked, in the scheme that it asks for."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask without credentials until a challenge came; from then on with them."""
        if self._chosen is None:
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
            self._chosen = _scheme(self._credentials, offered(response.headers))
            if self._chosen is None:
                return
        yield from self._chosen.auth_flow(request)


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def offered(headers: httpx.Headers) -> list[str]:
    """The names of the authentication schemes that a refusal offers, capitalised."""
    challenges = headers.get_list("www-authenticate")
    return sorted({challenge.split(" ", 1)[0].strip(",").capitalize() for challenge in challenges if challenge})


def _scheme(credentials: Credentials, schemes: list[str]) -> httpx.Auth | None:
    if credentials.token is not None:
        return _Bearer(credentials.token)
    if credentials.user is None or credentials.password is None:
        return None
    if "Digest" in schemes:  # the stronger one where both are offered
        return httpx.DigestAuth(credentials.user, credentials.password)
    return httpx.BasicAuth(credentials.user, credentials.password) if "Basic" in schemes else None


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("cannot be read", where=str(path), hint="name a file with the secret in it") from error
    if not lines or not lines[0]:
        raise SettingsError("its first line is empty", where=str(path), hint="write the secret there")
    return lines[0]


def _netrc(host: str, environment: Mapping[str, str]) -> Credentials | None:
    from netrc import NetrcParseError, netrc

    path = Path(environment.get("NETRC") or Path.home() / ".netrc")
    if not path.is_file():
        return None
    try:
        entry = netrc(str(path)).authenticators(host)
    except (NetrcParseError, OSError, UnicodeDecodeError) as error:
        # The parser's message may quote the file.
        raise SettingsError("malformed netrc file", where=str(path), hint="see the manual page netrc(5)") from error
    return Credentials(user=entry[0], password=entry[2] or "") if entry else None

"""A language model behind an OpenAI-compatible address: one question, one answer, and what it cost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from kg import __version__
from kg.errors import StoreError
from kg.stores.credentials import NOBODY
from kg.stores.exchange import MEGABYTE, Wire, send
from kg.stores.protocol import check_address, is_loopback

KEY = "KG_LLM_KEY"
#: Seconds for one answer: models take their time.
TIMEOUT = 120.0
#: Megabytes of one answer.
LARGEST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its text, and the tokens that the server counted for question and answer (0 where it does not)."""

    text: str
    asked: int
    answered: int


@contextmanager
def connect(
    endpoint: str,
    *,
    allow_http: bool = False,
    timeout: float = TIMEOUT,
    environment: Mapping[str, str] = os.environ,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Callable[[Mapping[str, Any]], Said]]:
    """A function that asks: request of the chat completions interface → answer. The key comes from KG_LLM_KEY alone.

    Raises:
        SettingsError: an address that cannot be used, or would send the key in the clear to another machine.
        StoreError: nothing answers there, or not as this interface does.
    """
    address = endpoint.rstrip("/")
    check_address(address, allow_http=allow_http)
    headers = {"User-Agent": f"accord-kg/{__version__}", "Content-Type": "application/json"}
    if environment.get(KEY):
        headers["Authorization"] = f"Bearer {environment[KEY]}"
    client = httpx.Client(
        headers=headers,
        timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        follow_redirects=False,
        trust_env=not is_loopback(urlsplit(address).hostname or ""),
    )
    with client:
        wire = Wire(client, address, NOBODY, LARGEST * MEGABYTE, pause)

        def ask(request: Mapping[str, Any]) -> Said:
            content = json.dumps(request, ensure_ascii=False).encode("utf-8", "replace")
            try:
                answer = send(wire, "POST", f"{address}/chat/completions", content=content)
            except StoreError as error:
                if "(401)" not in error.message and "(403)" not in error.message:
                    raise
                hint = f"set {KEY} to the key of this server" if not environment.get(KEY) else f"{KEY} is wrong"
                raise StoreError("does not let in who asks", where=address, hint=hint) from error
            return _said(answer.content, address)

        yield ask


def _said(content: bytes, where: str) -> Said:
    try:
        answer = json.loads(content)
        text = answer["choices"][0]["message"]["content"]
        usage = answer.get("usage") or {}
        asked, answered = (int(usage.get(k) or 0) for k in ("prompt_tokens", "completion_tokens"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        hint = "name the address whose /chat/completions answers as OpenAI's does, such as http://localhost:8080/v1"
        raise StoreError("does not answer as a chat completions interface does", where=where, hint=hint) from error
    return Said(text=text if isinstance(text, str) else "", asked=asked, answered=answered)

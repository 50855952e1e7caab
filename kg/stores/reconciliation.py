"""A client of the Reconciliation Service API 0.2 (W3C Community Group Draft): who bears our names in a service.

It sends names and nothing else. What comes back is a list of candidates for a person to choose from, never a fact.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

import httpx

from kg import __version__
from kg.errors import StoreError
from kg.stores.credentials import NOBODY
from kg.stores.exchange import MEGABYTE, Wire, send
from kg.stores.protocol import check_address, is_loopback

#: Versions of the API whose queries and answers are those that are spoken here.
VERSIONS = ("0.2", "0.1")
_LARGEST = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What is asked about: one of our entities by name; `type` is an identifier of the service, or None."""

    entity: str
    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the service offers for a name.

    Attributes:
        entity: ours.
        id: the service's; `iri` begins with its identifier space, where that is the beginning of IRIs.
        score: on the service's own scale.
        match: the service holds it for certain.
        types: names of its types.
    """

    entity: str
    id: str
    iri: str
    name: str
    score: float
    match: bool
    types: tuple[str, ...]
    description: str


def reconcile(
    endpoint: str,
    names: Sequence[Name],
    *,
    limit: int = 3,
    batch: int = 50,
    timeout: float = 60.0,
    allow_http: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> list[Candidate]:
    """The candidates for all names, in the order of the names and then by score.

    Args:
        endpoint: address of the service.
        names: what is asked.
        limit: candidates for each name.
        batch: names in a request.
        timeout: seconds that the service may be silent.
        allow_http: send names in the clear to other machines.
        pause: waits before a request is repeated.

    Raises:
        SettingsError: an address that cannot be used, or would send names in the clear to another machine.
        StoreError: nothing answers there, or it does not speak the API.
    """
    check_address(endpoint, allow_http=allow_http)
    local = is_loopback(urlsplit(endpoint).hostname or "")
    client = httpx.Client(
        headers={"User-Agent": f"accord-kg/{__version__}", "Accept": "application/json"},
        timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        follow_redirects=False,
        trust_env=not local,
    )
    with client:
        wire = Wire(client, endpoint, NOBODY, _LARGEST * MEGABYTE, pause)
        space = _identifier_space(_json(wire, "GET", endpoint), endpoint)
        found: list[Candidate] = []
        for start in range(0, len(names), batch):
            found += _ask(wire, endpoint, names[start : start + batch], limit, space)
        return found


def _identifier_space(manifest: Any, where: str) -> str:
    """What identifiers of the service are appended to, from its manifest.

    Raises:
        StoreError: it is no manifest, or of another version of the API.
    """
    if not isinstance(manifest, dict) or not isinstance(manifest.get("name"), str):
        hint = "name the address of the service itself, whose answer to GET describes it"
        raise StoreError("is no reconciliation service", where=where, hint=hint)
    versions = manifest.get("versions", ["0.1"])
    if not isinstance(versions, list) or not set(map(str, versions)) & set(VERSIONS):
        hint = f"a service of version {' or '.join(VERSIONS)} is needed"
        raise StoreError(f"speaks other versions of the API: {versions}", where=where, hint=hint)
    space = manifest.get("identifierSpace", "")
    return space if isinstance(space, str) and space.startswith("http") and space[-1:] in "/#=" else ""


def _ask(wire: Wire, where: str, names: Sequence[Name], limit: int, space: str) -> Iterator[Candidate]:
    queries: dict[str, dict[str, object]] = {}
    for number, name in enumerate(names):
        queries[f"q{number}"] = {"query": name.name, "limit": limit} | ({"type": name.type} if name.type else {})
    answer = _json(wire, "POST", where, {"queries": json.dumps(queries, ensure_ascii=False)})
    for number, name in enumerate(names):
        results = answer.get(f"q{number}") if isinstance(answer, dict) else None
        listed = results.get("result") if isinstance(results, dict) else None
        if not isinstance(listed, list):
            hint = "it must answer each query with a list of results; run the command again, or with a smaller --batch"
            raise StoreError(f"no answer about {name.name!r}", where=where, hint=hint)
        found = [_candidate(name, item, space, where) for item in listed]
        yield from sorted(found, key=lambda c: (-c.score, c.id))[:limit]


def _candidate(name: Name, item: Any, space: str, where: str) -> Candidate:
    try:
        identifier, score = _filled(item["id"]), _finite(item["score"])
        types = item.get("type") or []
        listed = [t.get("name") or t["id"] if isinstance(t, dict) else t for t in types]
        return Candidate(
            entity=name.entity,
            id=identifier,
            iri=space + identifier if space else identifier,
            name=str(item["name"]),
            score=score,
            match=item.get("match") is True,
            types=tuple(map(str, listed)),
            description=str(item.get("description") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        hint = "a candidate has id, name, score and match (Reconciliation Service API 0.2, section 4.3)"
        raise StoreError(f"a malformed candidate for {name.name!r}: {error}", where=where, hint=hint) from error


def _filled(value: object) -> str:
    if not str(value):
        raise ValueError("no identifier")
    return str(value)


def _finite(value: Any) -> float:
    if not isfinite(float(value)):  # NaN orders nothing
        raise ValueError(f"no score: {value}")
    return float(value)


def _json(wire: Wire, method: str, url: str, form: dict[str, str] | None = None) -> Any:
    answer = send(wire, method, url, data=form)
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        hint = "check the address: it must answer with JSON"
        raise StoreError(f"its answer is no JSON ({answer.media_type or 'no type'})", where=url, hint=hint) from error

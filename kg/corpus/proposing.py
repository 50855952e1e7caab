"""Readings with what a language model proposes beside them: asked once, kept by content, judged each time.

The same documents with the same model and instructions give the same graph, whoever builds it from the same answers:
an answer is kept under the digest of the whole question, and only what is not kept is asked.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from kg.corpus.encoding import encode
from kg.corpus.entries import Entries
from kg.corpus.readings import Progress, Readings
from kg.corpus.texts import Documents
from kg.corpus.version import digest_of
from kg.errors import InputError
from kg.extract.proposals import Proposal, instructions, judge, parse_answer, requests
from kg.lexicon import load_lexicon
from kg.model import Reading, Skipped
from kg.ontology import load_ontology
from kg.settings import Proposer
from kg.stores import chat

KIND = "answer"
#: Characters to a token, for estimates: English text has about four.
CHARACTERS = 4
#: Tokens of an answer, for estimates, and the most that is asked for.
ANSWERED, MOST_ANSWERED = 400, 4000

Request = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a build would ask a language model: requests whose answers are not kept, and their tokens, estimated."""

    requests: int
    kept: int
    asked: int
    answered: int


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """Readings, each with the proposals that its words carry.

    Attributes:
        plain: the readings without proposals.
        judged: those with them, in the same order.
        accepted, rejected: how many proposals; the latter by reason, most frequent first.
        requests: that were sent; the other answers were kept from earlier builds.
        asked, answered: tokens that the server counted for them.
    """

    plain: Readings
    judged: tuple[Reading, ...]
    accepted: int
    rejected: Mapping[str, int]
    requests: int
    asked: int
    answered: int

    @property
    def documents(self) -> Documents:
        """Those that were read."""
        return self.plain.documents

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Those that could not be read."""
        return self.plain.skipped

    @property
    def entries(self) -> Entries:
        """Where readings, answers and parts are kept."""
        return self.plain.entries

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What identifies the readings, proposals included."""
        return tuple(
            digest_of([key, sha256(encode(reading)).hexdigest()])
            for key, reading in zip(self.plain.keys, self.judged, strict=True)
        )

    def reading(self, number: int) -> Reading:
        """The reading of the document with a number."""
        return self.judged[number]

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.judged)


def propose(readings: Readings, proposer: Proposer, progress: Progress | None = None) -> Proposed:
    """Ask for what is not kept, then take of all answers what the documents' own words carry.

    Raises:
        SettingsError: an address that cannot be used.
        StoreError: the server fails; the answers that it gave until then are kept.
    """
    from kg.extract.annotate import load_model  # a second that those need not wait for whom the server refuses

    progress = progress or (lambda _done, _total: None)
    entries = readings.entries
    made = [list(_requests(reading, proposer)) for reading in readings]
    sent, asked, answered = _ask([r for bodies in made for r in bodies], proposer, entries, progress)
    nlp, lexicon, ontology = load_model(), load_lexicon(), load_ontology()
    accepted, rejected, done = 0, Counter[str](), []
    for reading, bodies in zip(readings, made, strict=True):
        proposals: list[Proposal] = []
        for body in bodies:
            found, malformed = parse_answer(_kept(entries, body) or "")
            proposals += found
            rejected["malformed"] += malformed
        judged = judge(reading, proposals, nlp, lexicon, ontology)
        accepted += judged.accepted
        rejected += judged.rejected
        done.append(judged.reading)
    return Proposed(
        plain=readings,
        judged=tuple(done),
        accepted=accepted,
        rejected=dict(sorted((+rejected).items(), key=lambda item: (-item[1], item[0]))),
        requests=sent,
        asked=asked,
        answered=answered,
    )


def estimate(readings: Readings, proposer: Proposer) -> Estimate:
    """What asking would take; nothing is sent.

    Raises:
        InputError: there is nothing to ask about.
    """
    bodies = [body for reading in readings for body in _requests(reading, proposer)]
    if not bodies:
        raise InputError("no document names two things", hint="there is nothing to ask a language model about")
    new = [body for body in bodies if _kept(readings.entries, body) is None]
    characters = sum(len(message["content"]) for body in new for message in body["messages"])
    return Estimate(
        requests=len(new),
        kept=len(bodies) - len(new),
        asked=-(-characters // CHARACTERS),
        answered=ANSWERED * len(new),
    )


def instructions_digest() -> str:
    """Identifies what models are told, for the provenance of what they propose."""
    return digest_of(["instructions", instructions(load_ontology())])


def _requests(reading: Reading, proposer: Proposer) -> Iterator[Request]:
    """The bodies of chat completions requests, with as little chance as the interface allows."""
    told = instructions(load_ontology())
    for text in requests(reading):
        yield {
            "model": proposer.model,
            "messages": [{"role": "system", "content": told}, {"role": "user", "content": text}],
            "temperature": 0,
            "seed": 0,
            "max_tokens": MOST_ANSWERED,
            "response_format": {"type": "json_object"},
        }


def _ask(bodies: list[Request], proposer: Proposer, entries: Entries, progress: Progress) -> tuple[int, int, int]:
    """Get and keep the answers that are not kept yet; number of requests, tokens asked and answered."""
    missing = {_key(body): body for body in bodies if _kept(entries, body) is None}
    asked = answered = 0
    if missing:
        with chat.connect(proposer.endpoint, allow_http=proposer.allow_http) as ask:
            for number, (key, body) in enumerate(missing.items()):
                progress(number, len(missing))
                said = ask(body)
                entries.put(KIND, key, json.dumps({"answer": said.text}).encode())
                asked, answered = asked + said.asked, answered + said.answered
        progress(len(missing), len(missing))
    return len(missing), asked, answered


def _key(body: Request) -> str:
    return digest_of(["answer", body])


def _kept(entries: Entries, body: Request) -> str | None:
    """The answer to a request that was given before; None where there is none that can be used."""
    key = _key(body)
    content = entries.get(KIND, key)
    if content is None:
        return None
    try:
        answer = json.loads(content)["answer"]
    except (ValueError, KeyError, TypeError):
        entries.drop(KIND, key, "no answer")
        return None
    return answer if isinstance(answer, str) else None

"""The entry points that are fuzzed, each with what it is fed and what must hold of whatever comes out.

A check returns whether the input was accepted; an error of Accord's own means that it was refused. Everything else that
is raised is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from kg.errors import KgError
from kg.extract.layout import lay_out
from kg.filenames import LONGEST, clean_stem, folded
from kg.limits import DEFAULT, load_limits
from kg.sources.metadata import read_sidecar
from kg.sources.plain import decode_text
from kg.stores.files import safe_names
from tests.fuzzing import graphs, inputs
from tests.fuzzing.corpus import LARGE
from tests.fuzzing.strategies import contents, edited, texts


@dataclass(frozen=True, slots=True)
class Target:
    """An entry point.

    Attributes:
        inputs: how many it is given in a whole run.
        given: what it is fed.
        check: raises what is a fault; tells whether the input was accepted.
        group: of targets that one process tries, one after the other.
    """

    inputs: int
    given: Callable[[], st.SearchStrategy[Any]]
    check: Callable[[Any], bool | None]
    group: str


def accepts(check: Callable[[Any], object], given: Any) -> bool:
    """Whether an input passes; False where it is refused in Accord's words."""
    try:
        return check(given) is not False
    except KgError as error:
        assert str(error).strip(), "an error without words"
        str(error).encode("utf-8", "replace")
        return False


# --- texts -----------------------------------------------------------------------------------------------------------

_FOLDED = {"'": "’‘'", "—": "—–", "–": "—–"}


def check_layout(text: str) -> None:
    """Every character of every block stands in the text where its offset says, folded in a known way at most."""
    for block in lay_out(text):
        assert block.text
        assert len(block.offsets) == len(block.text)
        assert all(a <= b for a, b in zip(block.offsets, block.offsets[1:], strict=False))
        assert block.offsets[-1] < len(text)
        for char, offset in zip(block.text, block.offsets, strict=True):
            if char != " ":  # a blank may stand for a line break, or beside a dash
                assert text[offset] in _FOLDED.get(char, char), (char, text[offset], offset)
        assert all(0 <= position <= len(block.text) for position, _ in block.notes), block.notes
        span = block.span(0, len(block.text))
        assert 0 <= span.start < span.end <= len(text)
        assert block.position(span.start) == 0


def check_decoding(content: bytes) -> None:
    text = decode_text(content)
    assert text.strip()
    assert "\r" not in text
    assert not text.startswith("\ufeff") or content.startswith(b"\xef\xbb\xbf" * 2)
    text.encode()  # no half characters


def check_name(stem: str) -> None:
    clean = clean_stem(stem)
    assert clean == clean_stem(clean)
    assert len(clean.encode()) < LONGEST
    assert folded(clean) == folded(folded(clean))
    safe_names([f"documents/{clean}.txt"])


def check_path(name: str) -> None:
    safe_names([name])
    assert ".." not in name.split("/")
    assert not name.startswith("/")


_SIDECAR = (
    b'title = "Agreement"\ndate = 2018-06-05\nauthor = "Ines Valdo"\nurl = "https://x.example/a"\n'
    b"publisher = 'Larkspur Courier'\nlicence = \"https://l.example/by\"\n"
)


def check_sidecar(content: bytes) -> None:
    read_sidecar(content, "x.meta.toml", DEFAULT)


def check_limits(given: dict[str, str]) -> None:
    load_limits(given)


def _environments() -> st.SearchStrategy[dict[str, str]]:
    names = st.sampled_from(("KG_MAX_PAGES", "KG_MAX_DEPTH", "KG_MAX_FILE_SIZE", "KG_MAX_", "KG_MAX_X", "PATH"))
    values = st.one_of(st.from_regex(r"\A[0-9]{1,17}[KMG]?\Z"), texts(4), st.just("٣"), st.just(" 5M\n"))
    return st.dictionaries(names, values, max_size=3)


# --- all of them -----------------------------------------------------------------------------------------------------

TARGETS: Mapping[str, Target] = {
    "layout": Target(4000, texts, check_layout, "texts"),
    "decoding": Target(2000, contents, check_decoding, "texts"),
    "metadata": Target(1500, lambda: edited([_SIDECAR], 3), check_sidecar, "texts"),
    "names of files": Target(1500, lambda: texts(12), check_name, "texts"),
    "paths of output": Target(700, lambda: texts(6), check_path, "texts"),
    "limits": Target(300, _environments, check_limits, "texts"),
    "cache: readings": Target(1500, inputs.readings, inputs.check_reading, "cache"),
    "cache: parts": Target(800, inputs.parts, inputs.check_part, "cache"),
    "cache: files": Target(700, inputs.entries, inputs.check_entry, "cache"),
    "RDF": Target(3000, graphs.files, graphs.check_file, "graph"),
    "RDF opened": Target(200, graphs.files, graphs.check_opened, "graph"),
    "queries": Target(1500, graphs.queries, graphs.check_query, "graph"),
    "calls hidden in queries": Target(1000, graphs.calls, graphs.check_call, "graph"),
    "parameters": Target(1500, graphs.parameters, graphs.check_parameter, "graph"),
    "requests": Target(800, graphs.requests, graphs.check_request, "graph"),
    "readers: pages": Target(300, lambda: inputs.foreign(".html"), inputs.check_foreign, "readers"),
    "readers: mail": Target(300, lambda: inputs.foreign(".eml"), inputs.check_foreign, "readers"),
    "readers: Word": Target(250, lambda: inputs.foreign(".docx"), inputs.check_foreign, "readers"),
    "readers: PDF": Target(200, lambda: inputs.foreign(".pdf"), inputs.check_foreign, "readers"),
    "archives and lists": Target(400, inputs.bundles, inputs.check_bundle, "readers"),
    "corpus": Target(len(LARGE), inputs.nasty, inputs.check_nasty, "corpus"),
    "builds": Target(250, inputs.corpora, inputs.check_build, "builds"),
}


@cache
def strategy(name: str) -> st.SearchStrategy[Any]:
    """What a target is fed."""
    return TARGETS[name].given()

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import ACC, DATA, PREFIXES, digest, expand, mint, shrink, slug

PLAIN_LOCAL = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salt Fork Unified School District", "salt-fork-unified-school-district"),
        ("  Sons & Daughters, Inc. ", "sons-daughters-inc"),
        ("Peñasco", "penasco"),
        ("No. 58", "no-58"),
        ("—", "x"),
        ("", "x"),
        ("学校", "x"),
    ],
)
def test_slug_is_readable(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(("a", "b"), [("O’Neill", "O'Neill"), ("Labor–Management", "Labor-Management")])
def test_slug_does_not_depend_on_typography(a: str, b: str) -> None:
    assert slug(a) == slug(b)


@given(st.text())
def test_slug_is_plain_ascii_bounded_and_idempotent(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= 60
    assert slug(made) == made


@given(st.lists(st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])), min_size=1))
def test_digest_is_hexadecimal_and_tells_parts_apart(parts: list[str]) -> None:
    made = digest(*parts)
    assert re.fullmatch(r"[0-9a-f]{12}", made)
    assert made == digest(*parts)
    assert made != digest(*parts, "")
    assert digest("ab", "c") != digest("a", "bc")


@given(
    kind=st.sampled_from(["person", "document"]), parts=st.lists(st.integers()), name=st.none() | st.text(min_size=1)
)
def test_minted_iris_begin_with_base_and_kind_and_need_no_escapes(
    kind: str, parts: list[int], name: str | None
) -> None:
    if name is None and not parts:
        with pytest.raises(ValueError, match="needs a name or parts"):
            mint(DATA, kind)
        return
    iri = mint(DATA, kind, *parts, name=name)
    assert re.fullmatch(re.escape(f"{DATA}{kind}/") + r"[a-z0-9-]*", iri)
    assert iri == mint(DATA, kind, *parts, name=name)


def test_minted_iris_hold_name_and_digest() -> None:
    assert mint("http://x/", "person", name="Ann Lee") == "http://x/person/ann-lee"
    assert mint("http://x/", "person", "a", name="Ann Lee") == "http://x/person/ann-lee-" + digest("a")
    assert mint("http://x/", "person", "a") == "http://x/person/" + digest("a")
    assert mint("http://x/", "person", "a", name="Ann") != mint("http://x/", "person", "b", name="Ann")


@given(prefix=st.sampled_from(sorted(PREFIXES)), local=PLAIN_LOCAL)
def test_prefixed_names_expand_and_shrink_back(prefix: str, local: str) -> None:
    iri = expand(f"{prefix}:{local}")
    assert iri == PREFIXES[prefix] + local
    assert shrink(iri) == f"{prefix}:{local}"


@given(st.sampled_from([*PREFIXES.values(), DATA, "https://example.org/"]), st.text())
def test_shrinking_loses_nothing(namespace: str, local: str) -> None:
    iri = namespace + local
    short = shrink(iri)
    assert short == iri or expand(short) == iri


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acc:leads", ACC + "leads"),
        ("https://example.org/x", "https://example.org/x"),
        ("urn:isbn:0451450523", "urn:isbn:0451450523"),
        ("leads", None),
        ("nope:leads", None),
        ("https://example.org/with space", None),
        ("", None),
    ],
)
def test_expand(name: str, expected: str | None) -> None:
    assert expand(name) == expected


def test_no_two_prefixes_share_a_namespace_or_nest() -> None:
    namespaces = sorted(PREFIXES.values())
    assert len(PREFIXES) >= 19
    assert all(n.endswith(("#", "/")) for n in namespaces)
    assert not [(a, b) for a in namespaces for b in namespaces if a != b and b.startswith(a)]

"""`kg site` without a browser: what is written, that it is text and nothing else, that two runs give the same bytes."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.endpoint.explorer import explorer_file
from kg.endpoint.messages import Reply, RequestError
from kg.errors import AssetError, InputError
from kg.graph.query import open_source
from kg.site import assembly, bundle, pages
from tests.explorer import ADDRESS, CONFORMS, IMAGE, SCRIPT, files, write_hostile
from tests.sample import write_sample

ENTITY = "person/george-lopez"


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the built program: these tests need no Node."""
    folder = tmp_path / "_web"
    folder.mkdir()
    for name in bundle.FILES:
        (folder / f"{name}.gz").write_bytes(gzip.compress(f"/* {name} */".encode()))
    monkeypatch.setattr(bundle, "folder", lambda: folder)
    return folder


def content(written: dict[str, bytes], name: str = "content") -> bytes:
    """What a script of data hands over."""
    found = re.fullmatch(rb'accord\("(\w+)","([A-Za-z0-9+/=]+)"\)\n', written[f"data/{name}.js"])
    assert found is not None
    assert found[1].decode() == name
    return gzip.decompress(base64.b64decode(found[2]))


def invoke(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(w) for w in words])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def seeds_site(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The site of the seeds, with a program that is not read."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("_web")
        for name in bundle.FILES:
            (folder / f"{name}.gz").write_bytes(gzip.compress(b"/* */"))
        patch.setattr(bundle, "folder", lambda: folder)
        return files(seeds_folder)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hostile(tmp_path_factory.mktemp("hostile") / "out")


def test_two_runs_give_the_same_bytes_and_the_folder_is_replaced(seeds_folder: Path, tmp_path: Path) -> None:
    code, told = invoke("site", seeds_folder, "-o", tmp_path / "one")
    assert code == 0, told
    assert "index.html" in told
    one = {
        p.relative_to(tmp_path / "one").as_posix(): p.read_bytes() for p in (tmp_path / "one").rglob("*") if p.is_file()
    }
    assert invoke("site", seeds_folder, "-o", tmp_path / "one")[0] == 0
    assert len(one) > 50
    assert {name: (tmp_path / "one" / name).read_bytes() for name in one} == one
    assert len([p for p in (tmp_path / "one").rglob("*") if p.is_file()]) == len(one)
    assert content(one, "dataset") == (seeds_folder / "dataset.nq").read_bytes()


def test_what_is_not_a_site_is_not_replaced(seeds_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear all", "utf-8")
    code, told = invoke("site", seeds_folder, "-o", tmp_path / "mine")
    assert (code, (tmp_path / "mine" / "letter.txt").read_text("utf-8")) == (2, "dear all"), told
    before = (seeds_folder / "dataset.nq").read_bytes()
    code, told = invoke("site", seeds_folder, "-o", seeds_folder)
    assert code == 2
    assert "would replace the graph" in told
    assert (seeds_folder / "dataset.nq").read_bytes() == before


def test_a_checkout_without_the_program_says_how_to_get_it(seeds_folder: Path, tmp_path: Path, program: Path) -> None:
    (program / "app.js.gz").unlink()
    with pytest.raises(AssetError):
        bundle.program()
    code, told = invoke("site", seeds_folder, "-o", tmp_path / "site")
    assert code == 2
    assert "make web" in told
    assert "Node 20" in told
    assert not (tmp_path / "site").exists()


def test_too_much_for_a_page_is_refused(monkeypatch: pytest.MonkeyPatch, seeds_folder: Path) -> None:
    monkeypatch.setattr(assembly, "MOST_QUADS", 1000)
    with pytest.raises(InputError) as refused:
        files(seeds_folder)
    assert "kg serve" in str(refused.value.hint)


def test_a_text_that_is_not_the_one_that_was_read_is_refused(tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "out")
    text = sample / "documents" / "larch-valley.txt"
    text.write_text(f"!{text.read_text('utf-8')}", "utf-8")
    with pytest.raises(InputError, match="differs"):
        files(sample)
    text.unlink()
    with pytest.raises(InputError, match="missing"):
        files(sample)


def test_the_content_has_everything_and_places_hold_the_quoted_words(
    seeds_folder: Path, seeds_site: dict[str, bytes]
) -> None:
    store = open_source(seeds_folder)
    found = json.loads(content(seeds_site))
    quoted = """
        PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX acc: <https://w3id.org/accord/ns#>
        SELECT ?s ?exact { ?s acc:excerpt ?any ; oa:hasTarget/oa:hasSelector/oa:exact ?exact } ORDER BY ?s ?exact
    """
    expected: dict[str, list[str]] = {}
    for row in store.query(quoted):  # type: ignore[union-attr]
        expected.setdefault(row["s"].value.removeprefix(found["base"]), []).append(row["exact"].value)
    texts = [d["text"] for d in found["documents"]]
    places = {s["id"]: sorted(texts[d][a:b] for d, a, b, _ in s["places"]) for s in found["statements"]}
    assert len(places) > 100
    assert places == expected
    assert {e["id"] for e in found["entities"]} >= {s["subject"] for s in found["statements"] if s["object"]} - {
        d["id"] for d in found["documents"]
    }
    charted = [row["statement"] for chart in found["charts"] for row in chart["rows"]]
    assert sorted(charted) == sorted(s["id"] for s in found["statements"] if s["type"] == "number")
    assert len(found["questions"]) == 28
    assert len(found["findings"]) >= 5
    assert found["validation"]["conforms"] is True
    for name, parameters in ((q["name"], q["parameters"]) for q in found["questions"]):
        assert all(p["description"] for p in parameters), name


def test_json_ld_of_a_thing_says_what_the_graph_says(seeds_folder: Path, seeds_site: dict[str, bytes]) -> None:
    written = seeds_site
    page = written[f"{ENTITY}.html"].decode()
    (data,) = re.findall(r'<script type="application/ld\+json">\n(.*?)\n</script>', page, re.DOTALL)
    found = {q.triple for q in ox.parse(data, format=ox.RdfFormat.JSON_LD)}
    known = {q.triple for q in open_source(seeds_folder)}
    told = {t for t in found if "subjectOf" not in t.predicate.value}
    assert len(told) >= 5
    assert told <= known
    assert f"https://w3id.org/accord/data/{ENTITY}" in data


class Reader(HTMLParser):
    """Elements of a page, their addresses, and what scripts hold."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("type")
        self.elements.append(f"{tag}:{kind}" if tag == "script" and kind else tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read_pages(written: dict[str, bytes]) -> Iterator[tuple[str, Reader]]:
    for name, page in written.items():
        if name.endswith(".html"):
            reader = Reader()
            reader.feed(page.decode())
            yield name, reader


def test_what_a_hostile_document_says_is_text_in_plain_pages(hostile: Path) -> None:
    written = files(hostile)
    read = dict(read_pages(written))
    assert len(read) >= 5
    for name, reader in read.items():
        allowed = {"script:application/ld+json"} | ({"script"} if name == "index.html" else set())
        assert {e for e in reader.elements if e.startswith("script")} <= allowed, name
        assert not {"img", "iframe", "object", "style"} & set(reader.elements), name
        assert reader.handlers == [], name
        assert {a for a in reader.addresses if ":" in a} <= {pages.ICON}, name
    (document,) = (reader for name, reader in read.items() if name.startswith("document/"))
    text = "".join(document.text)
    assert all(words in text for words in (SCRIPT, ADDRESS, IMAGE))
    assert b"script" not in written["data/content.js"].lower()  # only base64


def test_policies_name_no_source_but_the_folder(seeds_site: dict[str, bytes]) -> None:
    written = seeds_site
    for name, page in written.items():
        if not name.endswith(".html"):
            continue
        (policy,) = re.findall(rb'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
        assert policy.startswith(b"default-src 'none'"), name
        assert b"http" not in policy, name
        assert b"unsafe-inline" not in policy, name
        assert b"'unsafe-eval'" not in policy, name
        assert b" style=" not in page, name
    outside = re.compile(rb'(?:src|href)="(?:https?:)?//')
    assert [name for name, page in written.items() if name.endswith(".html") and outside.search(page)] == []


def test_links_of_plain_pages_lead_to_pages_that_are_there(seeds_site: dict[str, bytes]) -> None:
    written = seeds_site
    checked = 0
    for name, reader in read_pages(written):
        up = "../" if "/" in name else ""
        for address in reader.addresses:
            if address == pages.ICON:
                continue
            path = address.partition("#")[0]
            assert path.removeprefix(up) in written, f"{name}: {address}"
            checked += 1
    assert checked > 500


def test_kg_serve_shows_the_same_pages(seeds_folder: Path, seeds_site: dict[str, bytes]) -> None:
    store = open_source(seeds_folder)

    def get(path: str) -> Reply:
        return explorer_file(path, store, seeds_folder, "digest")

    assert dict(get("/explorer").headers)["Location"] == "/explorer/index.html"
    for name in ("index.html", "contents.html", f"{ENTITY}.html", "data/content.js", "data/dataset.js"):
        assert get(f"/explorer/{name}").body == seeds_site[name]
    assert (
        "script-src 'self' 'wasm-unsafe-eval'" in dict(get("/explorer/index.html").headers)["Content-Security-Policy"]
    )
    assert "script-src" not in dict(get("/explorer/contents.html").headers)["Content-Security-Policy"]
    for path in ("/explorer/../manifest.json", "/explorer/nothing.html", "/explorer/manifest.json"):
        with pytest.raises(RequestError) as refused:
            get(path)
        assert refused.value.status == 404


@pytest.mark.parametrize("name", ["../etc/passwd", "person/../x", "https://example.org/a", "", "Person/x", "person/"])
def test_a_name_that_is_no_plain_path_has_no_page(name: str) -> None:
    assert pages.page_of(name) == ""


def test_validation_results_are_told(seeds_folder: Path) -> None:
    report = (
        CONFORMS.replace(b"true", b"false")
        + b"""
<https://example.org/r1> a sh:ValidationResult ; sh:resultSeverity sh:Warning ; sh:resultMessage "beware" ;
  sh:focusNode <https://w3id.org/accord/data/person/george-lopez> .
<https://example.org/r2> a sh:ValidationResult ; sh:resultSeverity sh:Violation ; sh:resultMessage "wrong" ;
  sh:focusNode <https://w3id.org/accord/data/person/george-lopez> .
"""
    )
    texts = {p.stem: p.read_text("utf-8") for p in (seeds_folder / "documents").iterdir()}
    found: dict[str, Any] = assembly.site_content(open_source(seeds_folder), texts, report, "two")["validation"]
    assert found["conforms"] is False
    assert [(r["severity"], r["message"], r["focus"]) for r in found["results"]] == [
        ("Violation", "wrong", ENTITY),
        ("Warning", "beware", ENTITY),
    ]

"""The pages of `kg site` in a real browser: web/tests, with the sites that they open and what the library says of them.

`make web-test` runs it and leaves pictures of all pages in web/pictures.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.graph.query import open_source, run
from kg.site import bundle
from kg.stores.directory import read_file
from tests.explorer import questions, write_hostile, write_large, write_site, write_ten

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
MEGABYTES = 6
QUADS = 100_000


def missing(root: Path) -> str:
    """What this machine lacks; nothing where the pages can be opened."""
    lacking = [name for name, found in (("node", shutil.which("node")), ("chromium", CHROMIUM)) if not found]
    lacking += [] if bundle.present() else ["kg/_web (make web)"]
    lacking += [] if (root / "web" / "node_modules" / "playwright-core").is_dir() else ["web/node_modules (make web)"]
    return ", ".join(lacking)


def described(site: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A site with addresses of each kind in it."""
    store = open_source(folder)
    text = read_file(folder, "dataset.nq").decode()
    base = site["base"]

    def first(query: str) -> str:
        (row,) = run(query, store).rows
        return str(row[0].value if row[0] else "").removeprefix(base)

    denied = "SELECT ?d { ?s acc:status acc:Denied ; prov:wasDerivedFrom ?d } ORDER BY ?d LIMIT 1"
    person = "SELECT ?p { ?s rdf:subject ?p . ?p a acc:Person } GROUP BY ?p ORDER BY DESC(COUNT(?s)) ?p LIMIT 1"
    statement = "SELECT ?s { ?s acc:status acc:Denied } ORDER BY ?s LIMIT 1"
    names = "SELECT ?a ?b { ?s rdf:subject/skos:prefLabel ?a ; rdf:object/skos:prefLabel ?b ; "
    names += "acc:status acc:Asserted ; rdf:predicate acc:affiliatedWith } ORDER BY ?a ?b LIMIT 1"
    (pair,) = run(names, store).rows
    return {
        **site,
        "document": first(denied),
        "denied": first(denied),
        "statement": first(statement),
        "entity": first(person),
        "question": "numbers",
        "path": [str(name) for name in pair],
        "word": "teachers" if "teachers" in text else "union",
    }


@pytest.fixture(scope="module")
def sites(root: Path, seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that tells the tests in web/tests what to open."""
    if lacking := missing(root):
        pytest.skip(f"pages cannot be opened here: there is no {lacking}")
    folder = tmp_path_factory.mktemp("sites")
    ten = write_ten(root, folder)
    large = write_large(ten, folder / "large", QUADS)
    hostile = write_hostile(folder / "hostile")
    told: dict[str, Any] = {
        "seeds": described(write_site(seeds_folder, folder / "site-seeds"), seeds_folder),
        "ten": write_site(ten, folder / "site-ten"),
        "large": write_site(large, folder / "site-large"),
        "hostile": described(write_site(hostile, folder / "site-hostile"), hostile),
    }
    told["seeds"]["questions"] = questions(open_source(seeds_folder))
    told["hostile"]["plain"] = sorted(
        p.relative_to(folder / "site-hostile").as_posix() for p in (folder / "site-hostile").rglob("*.html")
    )[:20]
    path = folder / "sites.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


def test_the_site_of_the_seeds_is_small(sites: Path) -> None:
    told = json.loads(sites.read_text("utf-8"))
    assert told["seeds"]["bytes"] <= MEGABYTES * 1e6
    assert told["large"]["quads"] >= QUADS


def test_the_pages_in_a_browser(root: Path, sites: Path) -> None:
    environment = {
        **os.environ,
        "ACCORD_SITES": str(sites),
        "ACCORD_PICTURES": str(root / "web" / "pictures"),
        "CHROMIUM": CHROMIUM or "",
    }
    done = subprocess.run(
        [
            "node",
            "--test",
            "--test-reporter=spec",
            *os.environ.get("WEB_TEST_OPTIONS", "").split(),
            "tests/site.test.mjs",
        ],
        cwd=root / "web",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"
    assert "skipped 0" in done.stdout

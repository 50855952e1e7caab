"""docs/cli.md, generated from the commands themselves: `python -m kg.cli.reference > docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from kg.cli import data, render
from kg.cli.app import HELP_OPTIONS, app
from kg.graph.catalogue import Question, load_catalogue

WIDTH = 100

_INTRODUCTION = f"""\
<!-- Generated: python -m kg.cli.reference > docs/cli.md -->

# The command `kg`

Results go to standard output, everything else to standard error: `kg query … > answer.tsv` holds the answer alone.
On a terminal answers are tables; in a pipe or a file they are TSV. `-` stands for standard input or output.

Exit codes:

- 0: done, and the answer is yes: the graph conforms, the anchors fit, ASK is true, every document was read.
- 1: done, and the answer is no: violations, a mismatch, ASK is false, a document was skipped.
- 2: it could not be done: an option, a path, a document, a query or a parameter is wrong. The message names the mend.
- 130: interrupted from the keyboard. 141: the reader of the output (`| head`) has gone away.

Variables:

- `{data.VARIABLE}`: folder or file that `validate`, `query`, `explain`, `path`, `audit`, `plot`, `verify`, `export`,
  `digest`, `serve`, `site` and `mcp` work on where none is named. Without it the folder `{data.DEFAULT}` of the current
  directory is taken, if kg built it.
- `KG_ENDPOINT`: triple store of `load`, `diff` and `doctor` where none is named. `KG_USER` and `KG_PASSWORD`, or
  `KG_TOKEN`: who asks; without them an entry of the host in `~/.netrc`. They are sent when the store asks for them, and
  never shown.
- `XDG_CACHE_HOME`: where `accord/` with copies of large datasets for quick opening lies; else `~/.cache`.
- `NO_COLOR`: not empty: no colours; evidence is marked «so».
- `SOURCE_DATE_EPOCH`: seconds since 1970 that `kg build` gives as time of the build. Without it the output bears none.
- `KG_DEBUG`: `1`: an error shows its traceback.

Completion of commands, options, questions and parameters: `kg --install-completion`.
"""

#: Command → lines that show it.
EXAMPLES = {
    "build": """\
kg build seeds -o out
kg build report.md notes/ -o out --min-confidence 0.5
pdftotext paper.pdf - | kg build - -o out
kg build loans.txt --ontology museums.ttl --lexicon museums.ttl --shapes shapes -o out
kg build notes/ --authority places.csv --decisions merges.tsv -o out
""",
    "validate": """\
kg validate out
kg validate mine.ttl theirs.nq
""",
    "query": """\
kg query
kg query who-works-where out
kg query --describe quotations
kg query quotations -p speaker='Ann Lee' --format csv > words.csv
kg query 'SELECT ?a ?b { ?a acc:bargainsWith ?b }' -d out/graph.ttl
cat mine.rq | kg query - --format json
""",
    "explain": """\
kg explain Ann Lee
kg explain LVTA 'Larch Valley School District' -d out
kg explain --why 'Larch Valley School District bargainsWith LVTA'
""",
    "path": """\
kg path 'Ann Lee' LVTA
kg path 'Ann Lee' LVTA --through place --all --max-hops 3
""",
    "audit": """\
kg audit out
kg audit out --all --format md > audit.md
kg audit out --check totals --fail-on warning
""",
    "plot": """\
kg plot out -o pictures
kg plot out -o schools.svg --what graph --kind School --kind SchoolDistrict --relation partOf
kg plot out -o numbers.png --what numbers --title 'What they counted' --zoom 3
""",
    "coverage": """\
kg coverage notes/
kg coverage notes/ --open unmapped.nq --limit 20
""",
    "verify": """\
kg verify out
""",
    "export": """\
kg export out > facts.ttl
kg export out -o all.trig --with all
kg export out -f jsonld --with inferred,evidence
kg export out -f csvw -o tables --profile full
kg export out -o network.graphml
""",
    "link": """\
kg link review out > merges.tsv
kg link review out --decisions merges.tsv > merges-new.tsv
""",
    "reconcile": """\
kg reconcile https://reconcile.example.org/api out --kind Place > candidates.tsv
""",
    "ontology": """\
kg ontology report
kg ontology report --ontology museums.ttl --shapes shapes
kg ontology docs -o ontology.html
kg ontology diff accord-of-last-year.ttl
""",
    "load": """\
kg load http://localhost:7878 out --dry-run
kg load http://localhost:7878 out --prune
KG_PASSWORD=… kg load https://db.example.org/sparql out --user dba --profile virtuoso
kg load ./store out && oxigraph serve --location ./store
kg query who-works-where --endpoint http://localhost:7878
""",
    "digest": """\
kg digest out
kg digest facts.ttl
""",
    "diff": """\
kg diff out http://localhost:7878
kg diff out out-of-last-month
""",
    "mcp": """\
kg mcp -d out
""",
    "cache": """\
kg cache
kg cache clear --older-than 30
""",
    "doctor": """\
kg doctor
kg doctor --quiet --endpoint http://localhost:7878
""",
    "site": """\
kg site out -o site
kg site out -o public && python -m http.server -d public
""",
    "serve": """\
kg serve out
kg serve out --port 0 --timeout 10 --open
kg serve out --cors https://yasgui.org
curl http://127.0.0.1:8077/sparql -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?p { ?p a acc:Person }'
curl 'http://127.0.0.1:8077/questions/parts-of?whole=Larch%20Valley&format=tsv'
""",
}


def markdown() -> str:
    """The reference of all commands and canned questions."""
    return "\n".join(_parts())


def commands(group: Any) -> dict[str, Any]:
    """Name → command; typer's types do not say that the application is a group."""
    return {name: group.get_command(None, name) for name in group.list_commands(None)}


def _parts() -> Iterator[str]:
    group = get_command(app)
    yield _INTRODUCTION
    yield _help("kg", group)
    for name, command in commands(group).items():
        yield f"## kg {name}\n"
        yield _help(f"kg {name}", command)
        yield f"```sh\n{EXAMPLES[name]}```\n"
    yield "## Canned questions\n"
    yield "`kg query NAME` asks one; `?` marks parameters that may be left out.\n"
    for question in load_catalogue().values():
        yield "\n".join(_question(question))


def _help(name: str, command: Any) -> str:
    context = typer.Context(command, info_name=name, terminal_width=WIDTH, help_option_names=list(HELP_OPTIONS))
    lines = "\n".join(line.rstrip() for line in context.get_help().splitlines())
    return f"```text\n{lines}\n```\n"


def _question(question: Question) -> Iterator[str]:
    yield f"### {question.name}\n"
    yield f"{question.summary}{f' {question.description}' if question.description else ''}\n"
    for p in question.parameters:
        facts = [p.kind or p.type, f"default {p.default}" if p.default else ""]
        facts.append(f"one of {', '.join(p.choices)}" if p.choices else "")
        mark = "" if p.required else "?"
        yield f"- `-p {p.name}=…`{mark} {p.description} ({'; '.join(f for f in facts if f)})"
    if question.parameters:
        yield ""
    yield f"Columns: {', '.join(f'`{name}`' for name, _ in question.columns)}.\n"


if __name__ == "__main__":
    render.write(markdown())

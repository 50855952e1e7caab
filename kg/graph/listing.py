"""The catalogue of canned questions for readers and for machines: docs/queries.md and docs/queries.ttl.

The Turtle follows the SIB's form of SPARQL examples (Bolleman et al. 2025): each question is an sh:SPARQLExecutable
with its text, a comment and keywords; parameters are sh:Parameter. Both are written by

    python -m kg.graph.listing docs
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from kg.graph.catalogue import Parameter, Question, load_catalogue
from kg.namespaces import ACC, PREFIXES

QUERIES = "https://w3id.org/accord/queries/"
_DATATYPES = {"text": "xsd:string", "integer": "xsd:integer", "number": "xsd:decimal"}
_INTRODUCTION = """\
# Canned questions

Made by `python -m kg.graph.listing docs` from the headers in [queries/](../queries); the same for machines is
[queries.ttl](queries.ttl). Ask one with `kg query NAME -p PARAMETER=VALUE`.

Every row has the document, the sentence, who says it and how: Asserted by the document itself, Reported from somebody
else, Denied, Planned, Hypothetical. Names as parameters may be a name, an alias, an acronym, a person's last name, a
prefixed name or an IRI; case, accents and articles do not matter. A name that means nothing or several things is
answered with the candidates. In words of a topic, `|` stands between alternatives, and each is the beginning of words.
"""


def markdown() -> str:
    """The catalogue for readers: an index by tag, then each question with parameters, columns and enumerations."""
    questions = load_catalogue().values()
    tags = sorted({tag for q in questions for tag in q.tags})
    index = [f"- {tag}: " + ", ".join(f"[{q.name}](#{q.name})" for q in questions if tag in q.tags) for tag in tags]
    return "\n".join([_INTRODUCTION, *index, "", *("\n".join(_section(q)) for q in questions)])


def turtle() -> str:
    """The catalogue for machines, in the order of the names; only lists of choices have blank nodes."""
    prefixes = {p: PREFIXES[p] for p in ("rdfs", "schema", "sh", "xsd")}
    lines = [f"@prefix {p}: <{iri}> ." for p, iri in prefixes.items()]
    used = sorted({p for q in load_catalogue().values() for p in re.findall(r"(?m)^PREFIX ([\w-]+):", q.text)})
    lines += ["", f"<{QUERIES}prefixes> sh:declare " + ", ".join(f"<{QUERIES}prefixes#{p}>" for p in used) + " ."]
    lines += [f'<{QUERIES}prefixes#{p}> sh:prefix "{p}" ; sh:namespace "{PREFIXES[p]}"^^xsd:anyURI .' for p in used]
    return "\n".join([*lines, "", *("\n".join(_executable(q)) for q in load_catalogue().values())])


def body(question: Question) -> str:
    """The query itself: its text without header and prefixes."""
    lines = [x for x in question.text.splitlines() if not x.startswith("#+") and not re.match(r"PREFIX\s", x)]
    return "\n".join(lines).strip() + "\n"


def _section(question: Question) -> Iterator[str]:
    yield f"## {question.name}\n"
    yield f"{question.summary}{f' {question.description}' if question.description else ''}\n"
    yield f"Tags: {', '.join(question.tags)}.\n"
    if question.parameters:
        yield "| parameter | takes | |\n|---|---|---|"
        yield from (f"| `{p.name}` | {_takes(p)} | {_cell(p.description)} |" for p in question.parameters)
        yield ""
    for p in question.parameters:
        if p.enumeration:
            yield f"Values of `{p.name}` in the data:\n\n```sparql\n{p.enumeration}\n```\n"
    yield "| column | holds |\n|---|---|"
    yield from (f"| `{name}` | {_cell(meaning)} |" for name, meaning in question.columns)
    yield ""


def _takes(p: Parameter) -> str:
    facts = [f"{p.kind} (a name)" if p.kind else p.type, ", ".join(p.choices), "required" if p.required else ""]
    return _cell("; ".join(f for f in [*facts, f"default {p.default}" if p.default else ""] if f))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _executable(question: Question) -> Iterator[str]:
    iri = f"<{QUERIES}{question.name}>"
    comment = " ".join(x for x in (question.summary, question.description) if x)
    yield f"{iri} a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;"
    yield f"    sh:prefixes <{QUERIES}prefixes> ;"
    yield f"    rdfs:label {_literal(question.name)} ;"
    yield f"    rdfs:comment {_literal(comment)}@en ;"
    yield f"    schema:keywords {', '.join(map(_literal, question.tags))} ;"
    if question.parameters:
        yield "    sh:parameter " + ", ".join(_parameter_iri(question, p) for p in question.parameters) + " ;"
    yield f"    sh:select {_literal(body(question))} .\n"
    for number, parameter in enumerate(question.parameters, 1):
        yield " ;\n    ".join(_parameter(question, parameter, number)) + " .\n"
        if parameter.enumeration:
            yield f"{_enumeration_iri(question, parameter)} a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;"
            yield f"    sh:prefixes <{QUERIES}prefixes> ;"
            yield f'    rdfs:comment "The values of {parameter.name} of {question.name} in the data."@en ;'
            yield f"    sh:select {_literal(parameter.enumeration)} .\n"


def _parameter_iri(question: Question, parameter: Parameter) -> str:
    return f"<{QUERIES}{question.name}#{parameter.name}>"


def _enumeration_iri(question: Question, parameter: Parameter) -> str:
    return f"<{QUERIES}{question.name}#{parameter.name}-values>"


def _parameter(question: Question, parameter: Parameter, number: int) -> Iterator[str]:
    yield f"{_parameter_iri(question, parameter)} a sh:Parameter"
    yield f"sh:path <{QUERIES}parameter#{parameter.name}>"
    yield f"sh:name {_literal('_' + parameter.name)}"
    yield f"sh:description {_literal(parameter.description)}@en"
    yield f"sh:order {number}"
    yield f"sh:optional {'false' if parameter.required else 'true'}"
    if parameter.type in _DATATYPES:
        yield f"sh:datatype {_DATATYPES[parameter.type]}"
    elif parameter.kind:
        yield f"sh:class <{ACC}{parameter.kind}>"
    else:
        yield "sh:nodeKind sh:IRI"
    if parameter.choices:
        yield "sh:in ( " + " ".join(_value(parameter, c) for c in parameter.choices) + " )"
    if parameter.default is not None:
        yield f"sh:defaultValue {_value(parameter, parameter.default)}"
    if parameter.enumeration:
        yield f"rdfs:seeAlso {_enumeration_iri(question, parameter)}"


def _value(parameter: Parameter, text: str) -> str:
    if parameter.type in ("term", "entity"):
        return f"<{ACC}{text}>"
    return _literal(text) if parameter.type == "text" else f"{_literal(text)}^^{_DATATYPES[parameter.type]}"


def _literal(text: str) -> str:
    if "\n" in text:
        return '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "queries.md").write_text(markdown(), encoding="utf-8")
    (folder / "queries.ttl").write_text(turtle(), encoding="utf-8")

"""Accord from Python: build a graph, open one, ask it; every value is typed, and every statement has its words.

>>> import kg
>>> data = kg.open(folder)
>>> [entity.name for entity in data.entities if entity.kind == "LaborUnion"]
['Rivertown Teachers Association']
>>> answer = data.query("leaders-and-their-people", led="RISE")
>>> answer.columns[:2], len(answer) >= 0
(('led', 'leader'), True)

In a notebook, what these functions return shows itself with its evidence highlighted.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kg.assets import read_extension
from kg.errors import InputError, OutputError, QueryError
from kg.graph.audit import Oddity, audit, chosen
from kg.graph.catalogue import Question, find_question, load_catalogue, parse_question
from kg.graph.explain import Explanation
from kg.graph.explain import explain as explain_one
from kg.graph.markup import answer_html
from kg.graph.paths import Chain, find_paths
from kg.graph.query import Source, names_graphs, run
from kg.graph.resolve import fold, named_entities, resolve
from kg.graph.rows import Answer, as_answer
from kg.graph.stated import Explained, Reader, read_statement
from kg.namespaces import ACC, DATA
from kg.settings import Settings
from kg.stores.directory import DATASET, is_output
from kg.stores.embedded import open_data

if TYPE_CHECKING:
    from kg.graph.validate import Report
    from kg.graph.views import Dataset, Graph

__all__ = ["Answer", "Chain", "Entity", "Explanation", "KnowledgeGraph", "Oddity", "Plot", "Statement", "build", "open"]

#: One statement in words, with status, speaker, rule, confidence and the places of its words.
Statement: TypeAlias = Explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something that the documents name.

    Attributes:
        name: its fullest name; `names` has all.
        kind: local name of the narrowest acc: class ("SchoolDistrict"); `kinds` has those above as well.
    """

    iri: str
    name: str
    names: tuple[str, ...]
    kind: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A picture; notebooks show it, and `svg` can be written to a file."""

    svg: str = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True, kw_only=True, eq=False)
class KnowledgeGraph:
    """A graph to read: a folder that `kg build` wrote, or any file of RDF.

    Attributes:
        source: the folder or file.
        union: all its triples, to be asked; named graphs need not be among them.
    """

    source: Path
    union: Source = field(repr=False)

    @cached_property
    def store(self) -> Source:
        """All its quads; the default graph is the union of the named ones. Read when they are first asked for."""
        return open_data(_file(self.source), resident=True)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """All entities, by name."""
        reader = Reader(self.union)
        found = []
        for named in named_entities(self.union):
            kinds = reader.kinds(named.iri)
            kind = kinds[0] if kinds else ""
            found.append(Entity(iri=named.iri, name=named.names[0], names=named.names, kind=kind, kinds=kinds))
        return tuple(found)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, in order of document and place; what is denied, planned or supposed has that as status."""
        reader = Reader(self.union)
        found = [read_statement(reader, iri) for iri in sorted({iri for iri, _ in reader.pairs(ACC + "excerpt")})]
        return tuple(sorted(found, key=lambda s: (s.places, s.group, s.subject, s.value, s.iri)))

    @property
    def statistics(self) -> tuple[Statement, ...]:
        """The statements that are numbers."""
        return tuple(s for s in self.statements if s.group == "number")

    @property
    def quotations(self) -> tuple[Statement, ...]:
        """The words that the documents put into somebody's mouth, direct and indirect."""
        return tuple(s for s in self.statements if s.group == "words")

    @property
    def questions(self) -> dict[str, str]:
        """The canned questions: name → what it asks."""
        return {name: question.summary for name, question in load_catalogue().items()}

    @cached_property
    def graph(self) -> Graph:
        """The union of all named graphs as an rdflib Graph; `dataset` keeps them apart."""
        from kg.graph.views import union_of

        return union_of(self.dataset)

    @cached_property
    def dataset(self) -> Dataset:
        """The named graphs as an rdflib Dataset, literals as they are written."""
        from kg.graph.views import dataset_of

        return dataset_of(_file(self.source))

    def entity(self, name: str, kind: str | None = None) -> Entity:
        """The entity of that name, alias, acronym, prefixed name or IRI; case and accents do not matter.

        Raises:
            QueryError: none, or several; the hint lists the candidates.
        """
        iri = resolve(self.union, name, kind)
        return next(e for e in self.entities if e.iri == iri)

    def search(self, words: str) -> tuple[Statement, ...]:
        """The statements whose sides or sentences contain all of the words, whatever their case and accents."""
        wanted = fold(words).split()
        return tuple(s for s in self.statements if all(w in _searched(s) for w in wanted)) if wanted else ()

    def query(self, query: str, /, **parameters: object) -> Answer:
        """Ask a canned question by name, or in SPARQL (SELECT, ASK, CONSTRUCT, DESCRIBE).

        Parameters are given by name and bound as terms; entities by any of their names.

        Raises:
            QueryError: no such question, malformed SPARQL, an update or SERVICE, or parameters that do not fit.
        """
        written = any(c.isspace() or c == "{" for c in query)
        question = parse_question("query", query) if written else find_question(query)
        given = {name: str(value) for name, value in parameters.items() if value is not None}
        return as_answer(run(question, self.source_for(question), given))

    def source_for(self, question: Question) -> Source:
        """What a question is put to: `store` where it may name graphs, else `union`."""
        return self.store if names_graphs(question) else self.union

    def explain(self, term: str) -> Explanation:
        """Everything that is stated about a thing, grouped by relation.

        Raises:
            QueryError: nothing is called so, or several things are.
        """
        return explain_one(self.store, term)

    def paths(self, start: str, end: str, *, claims: bool = True) -> tuple[Chain, ...]:
        """The shortest chains of stated relations between two things, each hop with its statements.

        Raises:
            QueryError: one of them is not known, or ambiguous.
        """
        return tuple(find_paths(self.union, start, end, claims=claims))

    def audit(self, *checks: str) -> tuple[Oddity, ...]:
        """What does not add up, and what was recomputed and does; by all checks unless some are named.

        Raises:
            QueryError: there is no such check.
        """
        return audit(self.union, chosen(checks))

    def plot(self, what: str = "graph", *, kinds: Sequence[str] = (), relations: Sequence[str] = ()) -> Plot:
        """A picture: "graph", "numbers" (of all documents) or "timeline".

        Args:
            what: which one.
            kinds: of the graph only entities of these classes ("School").
            relations: of the graph only these ("partOf").

        Raises:
            QueryError: there is no such picture, or nothing to draw.
        """
        from kg.site.plots import Subject, draw
        from kg.site.svg import render

        if what not in (names := [s.value for s in Subject]):
            raise QueryError(f"no picture is called {what!r}", hint="there are: " + ", ".join(names))
        found = draw(self.union, [Subject(what)], kinds=kinds, relations=relations, together=True)
        if not found:
            raise QueryError(f"there is nothing to draw for {what!r}", hint="see what there is: .statements")
        return Plot(svg=render(next(iter(found.values()))).decode())

    def validate(self) -> Report:
        """The outcome of Accord's SHACL shapes."""
        from kg.graph.validate import validate

        return validate(self.dataset)

    def _repr_html_(self) -> str:
        counts: dict[str, int] = {}
        for entity in self.entities:
            counts[entity.kind] = counts.get(entity.kind, 0) + 1
        rows = [[kind, str(number)] for kind, number in sorted(counts.items())]
        return answer_html(("kind", "entities"), [*rows, ["statements", str(len(self.statements))]], None)


def open(source: str | Path) -> KnowledgeGraph:  # noqa: A001 -- read as kg.open
    """Open a folder that `kg build` wrote, or a file of RDF.

    Raises:
        InputError: there is none, or it is malformed.
    """
    path = Path(source)
    if path.is_dir() and not is_output(path):
        hint = "make one with kg.build(sources, folder)"
        raise InputError("is not an output of kg build", where=str(path), hint=hint)
    return KnowledgeGraph(source=path, union=open_data(_file(path), named=False, resident=True))


def build(
    sources: str | Path | Sequence[str | Path],
    output: str | Path | None = None,
    *,
    base: str = DATA,
    min_confidence: float = 0.0,
    unmapped: bool = False,
    allow_invalid: bool = False,
    ontology: Sequence[str | Path] = (),
    lexicon: Sequence[str | Path] = (),
    shapes: Sequence[str | Path] = (),
) -> KnowledgeGraph:
    """Make the graph of documents, write it, and open it.

    Args:
        sources: documents, folders of documents.
        output: folder to write; without one the graph lasts as long as the object that is returned.
        base: IRI that those of the data begin with.
        min_confidence: statements below are left out, 0..1.
        unmapped: also keep what joins known things in words that no relation covers.
        allow_invalid: write a graph that breaks shapes.
        ontology: files of Turtle with classes and relations to add (docs/extending.md).
        lexicon: files of Turtle with words to add.
        shapes: files of Turtle with SHACL shapes to add, or their folders.

    Raises:
        InputError: an added file is malformed, or no source can be read.
        OutputError: the graph breaks a shape, or the folder cannot be written.
    """
    from kg.building import build as make
    from kg.building import publish

    paths = [Path(s) for s in ([sources] if isinstance(sources, str | Path) else sources)]
    added = read_extension(*([Path(f) for f in files] for files in (ontology, lexicon, shapes)))
    settings = Settings(base=base, min_confidence=min_confidence, unmapped=unmapped, extension=added)
    made = make(paths, settings)
    if not made.report.conforms and not allow_invalid:
        raise _invalid(made.report)
    if output is not None:
        publish(made, Path(output))
        return open(output)
    folder = Path(tempfile.mkdtemp(prefix="kg-graph-"))
    publish(made, folder / "out")
    opened = open(folder / "out")
    weakref.finalize(opened, shutil.rmtree, folder, ignore_errors=True)
    return opened


def _file(source: Path) -> Path:
    return source / DATASET if source.is_dir() else source


def _invalid(report: Report) -> OutputError:
    first = next(iter(report.findings), None)
    message = f"the graph breaks shapes: {first.message}" if first else "the graph breaks shapes"
    return OutputError(message, hint="write it all the same with allow_invalid=True, and see report.txt")


def _searched(statement: Statement) -> str:
    return fold(f"{statement.subject} {statement.value} {statement.excerpt}")

"""What the endpoint is and holds, for machines: SPARQL 1.1 Service Description and VoID in one graph."""

from __future__ import annotations

from kg.graph.answers import TABLES, read_turtle
from kg.graph.query import Result, Source, run
from kg.namespaces import ACC, PREFIXES

_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a/rdfs:subClassOf* acc:Entity }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "documents": "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d acc:sha256 ?digest }",
}
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY STR(?g)"
_EXAMPLE = "SELECT ?s { ?s a acc:Person } ORDER BY STR(?s) LIMIT 1"


def describe_service(store: Source, base: str, endpoint: str) -> Result:
    """The description of an endpoint at that URL over a dataset whose IRIs begin with `base`."""
    dataset = f"<{base}dataset>"
    counts = {name: _numbers(store, query)[0][-1] for name, query in _COUNTS.items()}
    example = _numbers(store, _EXAMPLE)
    lines = [f"@prefix {p}: <{PREFIXES[p]}> ." for p in ("void", "dcterms", "acc")]
    lines += ["@prefix sd: <http://www.w3.org/ns/sparql-service-description#> ."]
    lines += [
        f"<{endpoint}> a sd:Service ; sd:endpoint <{endpoint}> ; sd:supportedLanguage sd:SPARQL11Query ;",
        "  sd:feature sd:UnionDefaultGraph ;",
        "  sd:resultFormat " + ", ".join(f"<http://www.w3.org/ns/formats/{f}>" for f in _FORMATS.values()) + " ;",
        f"  sd:defaultDataset {dataset} .",
        f'{dataset} a void:Dataset, sd:Dataset ; dcterms:title "Accord dataset" ;',
        f'  void:uriSpace "{base}" ; void:sparqlEndpoint <{endpoint}> ; void:vocabulary <{ACC}> ;',
        *(f"  void:exampleResource <{row[0]}> ;" for row in example),
        *(f"  void:{name} {number} ;" for name, number in counts.items()),
        f"  sd:defaultGraph <{endpoint}#default-graph> .",
        f"<{endpoint}#default-graph> a sd:Graph ; void:triples {counts['triples']} .",
    ]
    for place, (name, number) in enumerate(_numbers(store, _GRAPHS)):
        named = f"{endpoint}#graph-{place}"
        lines.append(f"{dataset} sd:namedGraph <{named}> .")
        lines.append(f"<{named}> a sd:NamedGraph ; sd:name <{name}> ; sd:graph <{named}-triples> .")
        lines.append(f"<{named}-triples> a sd:Graph ; void:triples {number} .")
    return read_turtle("\n".join(lines))


def _numbers(store: Source, query: str) -> list[tuple[str, ...]]:
    return [tuple(term.value if term else "" for term in row) for row in run(query, store).rows]


assert set(TABLES) <= set(_FORMATS)

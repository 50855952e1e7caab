// Oxigraph in the page: the whole dataset in memory, asked by SPARQL. It is loaded when the first question is asked.

import { defaultGraph, initSync, Quad, Store, type Term } from "oxigraph/web.js";
import { bring } from "./data";
import type { Parameter, Question } from "./types";

export interface Table {
  form: "select" | "ask" | "graph";
  columns: string[];
  rows: (Term | undefined)[][];
  answer?: boolean;
  seconds: number;
  /** The answer in another format, for keeping: csv, tsv, json; ttl, nt, jsonld for graphs. */
  written: (format: string) => string;
}

export const FORMATS: Record<Table["form"], [string, string][]> = {
  select: [["csv", "text/csv"], ["tsv", "text/tab-separated-values"], ["json", "application/sparql-results+json"]],
  ask: [["json", "application/sparql-results+json"]],
  graph: [["ttl", "text/turtle"], ["nt", "application/n-triples"], ["jsonld", "application/ld+json"]],
};

let opening: Promise<Store> | undefined;

/** The dataset, its union in the default graph as everywhere in Accord. */
export function openStore(): Promise<Store> {
  opening ??= open();
  return opening;
}

async function open(): Promise<Store> {
  const [engine, dataset] = await Promise.all([bring("oxigraph", "assets/oxigraph.js"), bring("dataset", "data/dataset.js")]);
  initSync({ module: engine });
  const store = new Store();
  store.load(dataset as never, { format: "application/n-quads", no_transaction: true, lenient: true });
  store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }");
  return store;
}

/** Declare the prefixes of Accord that a query uses and does not declare. */
export function withPrefixes(text: string, prefixes: Record<string, string>): string {
  const missing = Object.entries(prefixes).filter(([p]) => new RegExp(`(?<![\\w:-])${p}:`).test(text) && !new RegExp(`PREFIX\\s+${p}:`, "i").test(text));
  return missing.map(([p, iri]) => `PREFIX ${p}: <${iri}>\n`).join("") + text;
}

/** The answer to SPARQL. Updates are refused by the engine, and so is SERVICE, which has no network here. */
export async function ask(text: string, prefixes: Record<string, string>, hidden = ""): Promise<Table> {
  const store = await openStore();
  const query = withPrefixes(text, prefixes);
  const began = performance.now();
  const answer = store.query(query, {});
  const seconds = (performance.now() - began) / 1000;
  if (typeof answer === "boolean") {
    return { form: "ask", columns: [], rows: [], answer, seconds, written: () => JSON.stringify({ head: {}, boolean: answer }) };
  }
  if (typeof answer === "string") throw new Error("the engine answered in text");
  const first = answer[0];
  if (first instanceof Quad || (answer.length === 0 && /^(?:\s|#[^\n]*\n|PREFIX[^\n]*\n)*(CONSTRUCT|DESCRIBE)/i.test(query))) {
    const quads = (answer as Quad[]).sort((a, b) => (a.toString() < b.toString() ? -1 : 1));
    return { form: "graph", columns: ["subject", "predicate", "object"], rows: quads.map((q) => [q.subject, q.predicate, q.object] as Term[]), seconds, written: (f) => dumped(quads, f) };
  }
  const rows = answer as Map<string, Term>[];
  const columns = projected(store, query, rows).filter((c) => !hidden || !c.startsWith(hidden));
  return { form: "select", columns, rows: rows.map((r) => columns.map((c) => r.get(c))), seconds, written: (f) => select(columns, rows, f) };
}

/** The columns in the order of the query: unbound ones are not in the rows, so the engine is asked for a header. */
function projected(store: Store, query: string, rows: Map<string, Term>[]): string[] {
  if (rows.length > 2000) return [...new Set(rows.slice(0, 2000).flatMap((r) => [...r.keys()]))];
  const written = store.query(query, { results_format: "application/sparql-results+json" }) as string;
  return (JSON.parse(written) as { head: { vars: string[] } }).head.vars;
}

function dumped(quads: Quad[], format: string): string {
  const media = FORMATS.graph.find(([f]) => f === format)?.[1] ?? "text/turtle";
  return new Store(quads).dump({ format: media, from_graph_name: quads[0]?.graph as never });
}

function select(columns: string[], rows: Map<string, Term>[], format: string): string {
  if (format === "json") {
    const bindings = rows.map((r) => Object.fromEntries(columns.filter((c) => r.has(c)).map((c) => [c, jsonTerm(r.get(c) as Term)])));
    return JSON.stringify({ head: { vars: columns }, results: { bindings } }, null, 1);
  }
  // SPARQL 1.1 Query Results CSV and TSV Formats: plain values, or terms as in Turtle.
  if (format === "tsv") {
    const term = (t: Term | undefined): string => (t ? t.toString().replace(/\t/g, "\\t").replace(/\n/g, "\\n") : "");
    return `${[columns.map((c) => `?${c}`), ...rows.map((r) => columns.map((c) => term(r.get(c))))].map((x) => x.join("\t")).join("\n")}\n`;
  }
  const cell = (t: Term | undefined): string => (t && /[",\r\n]/.test(t.value) ? `"${t.value.replace(/"/g, '""')}"` : (t?.value ?? ""));
  return `${[columns, ...rows.map((r) => columns.map((c) => cell(r.get(c))))].map((x) => x.join(",")).join("\r\n")}\r\n`;
}

function jsonTerm(term: Term): Record<string, string> {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  if (term.termType !== "Literal") return { type: "literal", value: term.toString() };
  const datatype = term.datatype.value;
  const plain = datatype.endsWith("#string") || datatype.endsWith("#langString");
  return { type: "literal", value: term.value, ...(term.language ? { "xml:lang": term.language } : plain ? {} : { datatype }) };
}

/** The text of a canned question with the given values in place of its parameters.
 *
 * A parameter is the variable `?_name`; the engine of the page cannot bind variables, so the term stands for it in the
 * text, and it leaves the projection. Values are written as terms: nothing of them is read as SPARQL.
 */
export function filled(question: Question, given: Map<string, string>, base: string, acc: string): string {
  let text = question.text.replace(/^#\+.*\n?/gm, "");
  for (const parameter of question.parameters) {
    const value = given.get(parameter.name) || parameter.default;
    if (!value) continue;
    const term = termOf(parameter, value, base, acc);
    const variable = new RegExp(`\\?_${parameter.name}(?![A-Za-z0-9_])`, "g");
    // What may be given is given now: no term can stand before the braces of VALUES.
    text = text
      .replace(new RegExp(`VALUES\\s+\\?_${parameter.name}\\s*\\{[^}]*\\}`, "gi"), "")
      .replace(/SELECT\b(?:(?!\bWHERE\b|\{)[\s\S])*/gi, (clause) => clause.replace(variable, ""))
      .replace(/GROUP BY[^\n{}]*/gi, (clause) => clause.replace(variable, ""))
      .replace(variable, () => term);
  }
  return text;
}

function termOf(parameter: Parameter, value: string, base: string, acc: string): string {
  if (parameter.type === "entity") return iri(/^[a-z][a-z0-9+.-]*:/i.test(value) ? value : base + value);
  if (parameter.type === "term") return iri(/^https?:/.test(value) ? value : acc + value);
  if (parameter.type === "integer" || parameter.type === "number") {
    if (!/^[+-]?\d+(\.\d+)?$/.test(value)) throw new Error(`${value} is no number`);
    return `"${value}"^^<http://www.w3.org/2001/XMLSchema#${parameter.type === "integer" ? "integer" : "decimal"}>`;
  }
  return `"${value.replace(/[\\"\n\r\t]/g, (c) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c] ?? c)}"`;
}

function iri(text: string): string {
  if (/[\s<>"{}|\\^`]/.test(text)) throw new Error(`${text} is no IRI`);
  return `<${text}>`;
}

/** The whole dataset in another format, its graphs with it where the format has graphs. */
export async function wholeDataset(media: string, named: boolean): Promise<string> {
  const bytes = await bring("dataset", "data/dataset.js");
  if (media === "application/n-quads") return new TextDecoder().decode(bytes);
  const union = await openStore();
  if (!named) return union.dump({ format: media, from_graph_name: defaultGraph() });
  const store = new Store();
  store.load(bytes as never, { format: "application/n-quads", no_transaction: true, lenient: true });
  return store.dump({ format: media });
}

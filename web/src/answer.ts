// An answer as a table: names lead to their pages, sentences to their place, and the whole can be kept as a file.

import type { Term } from "oxigraph/web.js";
import { h, type Child } from "./dom";
import { FORMATS, type Table } from "./engine";
import { counted, type Model } from "./model";
import { to } from "./router";
import { thing } from "./statement";

const SHOWN = 500;

export function answerTable(model: Model, table: Table, name: string): HTMLElement {
  const time = h("span", { class: "quiet" }, ` in ${table.seconds < 0.01 ? "under 0.01" : table.seconds.toFixed(2)} s`);
  if (table.form === "ask") return h("section", { class: "answer" }, h("h2", { tabindex: -1 }, table.answer ? "Yes" : "No", time));
  const noun = table.form === "select" ? "row" : "triple";
  const sentences = sentenceIndex(model);
  return h(
    "section",
    { class: "answer" },
    h("h2", { tabindex: -1, role: "status" }, counted(table.rows.length, noun), time),
    table.rows.length > SHOWN ? h("p", { class: "quiet" }, `The first ${SHOWN} are shown; files hold all.`) : null,
    h("p", { class: "downloads" }, "Keep as ", FORMATS[table.form].map(([format, media], i) => [i ? " · " : "", h("button", { class: "link", "data-format": format, onclick: () => keep(`${name}.${format}`, media, table.written(format)) }, format.toUpperCase())])),
    table.rows.length
      ? h(
          "div",
          { class: "scroll", tabindex: 0, role: "region", "aria-label": "Answer" },
          h("table", null, h("thead", null, h("tr", null, table.columns.map((c) => h("th", { scope: "col" }, c.replaceAll("_", " "))))), h("tbody", null, table.rows.slice(0, SHOWN).map((row) => h("tr", null, row.map((t, i) => h("td", { class: cellClass(table.columns[i] ?? "") }, cell(model, sentences, t))))))),
        )
      : h("p", null, "No answer in these documents."),
  );
}

function cellClass(column: string): string {
  return /sentence|words|quotation|text/.test(column) ? "words" : "";
}

/** From the words of a statement on one line to the statement. */
function sentenceIndex(model: Model): Map<string, string> {
  const found = new Map<string, string>();
  for (const s of model.content.statements) {
    const line = s.places.map((p) => model.words(p).split(/\s+/).join(" ").trim()).join(" […] ");
    if (!found.has(line)) found.set(line, s.id);
  }
  return found;
}

function cell(model: Model, sentences: Map<string, string>, term: Term | undefined): Child {
  if (!term) return "";
  if (term.termType === "NamedNode") {
    const id = term.value.startsWith(model.content.base) ? term.value.slice(model.content.base.length) : term.value;
    if (model.statement.has(id)) return h("a", { href: to(id) }, short(model, term.value));
    return model.entity.has(id) || model.documentNumber.has(id) ? thing(model, id) : short(model, term.value);
  }
  if (term.termType !== "Literal") return term.toString();
  const statement = sentences.get(term.value.split(/\s+/).join(" ").trim());
  if (statement) return [term.value, " ", h("a", { class: "source", href: to(statement) }, "in its place")];
  const entity = named(model).get(term.value);
  return entity ? h("a", { href: to(entity) }, term.value) : term.value;
}

let names: Map<string, string> | undefined;
function named(model: Model): Map<string, string> {
  names ??= new Map([...model.content.entities.map((e): [string, string] => [e.name, e.id]), ...model.content.documents.map((d): [string, string] => [d.name, d.id])]);
  return names;
}

function short(model: Model, iri: string): string {
  const found = Object.entries(model.content.prefixes).find(([, ns]) => iri.startsWith(ns) && /^[\w-]+$/.test(iri.slice(ns.length)));
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
}

/** Offer a text as a file. */
export function keep(name: string, media: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: media }));
  const anchor = h("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

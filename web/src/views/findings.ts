// What validation and audit found, with the statements that they are about.

import { h, type Child } from "../dom";
import { counted, type Model } from "../model";
import { to } from "../router";
import { quotation, sides, thing } from "../statement";
import type { Finding } from "../types";

const SHOWN = 6;

export function findingsView(model: Model): HTMLElement {
  const { findings, validation } = model.content;
  const groups = [
    ["Does not add up", findings.filter((f) => f.severity === "Violation")],
    ["Hardly adds up", findings.filter((f) => f.severity === "Warning")],
    ["Notes", findings.filter((f) => f.severity === "Info" && !f.confirms)],
    ["Adds up", findings.filter((f) => f.confirms)],
  ] as [string, Finding[]][];
  return h(
    "div",
    { class: "findings-view" },
    h("h1", { tabindex: -1 }, "Findings"),
    h("section", null, h("h2", null, "Validation"), h("p", { class: validation.conforms ? "good" : "bad" }, validation.conforms ? "The graph conforms to its shapes." : "The graph does not conform to its shapes."), shapes(model)),
    h("section", null, h("h2", null, "Audit"), h("p", null, "Arithmetic and dates across statements. Nothing is corrected: the graph stays as the documents have it."), findings.length ? null : h("p", null, "Nothing odd was found."), groups.filter(([, own]) => own.length).map(([title, own]) => [h("h3", null, title, " ", h("small", null, own.length)), own.map((f) => oddity(model, f))])),
    h("section", null, h("h2", null, "Report in words"), h("pre", { tabindex: 0 }, validation.text)),
  );
}

function shapes(model: Model): Child {
  const { results } = model.content.validation;
  if (!results.length) return h("p", { class: "quiet" }, "No result of any severity.");
  return results.map((r) =>
    h(
      "article",
      { class: `finding ${r.severity.toLowerCase()}` },
      h("p", null, h("b", null, r.severity), ` ${r.message}`),
      h("p", { class: "quiet" }, focus(model, r.focus), r.path ? ` · ${r.path}` : "", r.value ? ` · ${r.value}` : "", r.shape ? ` · ${r.shape}` : ""),
      r.words.map((w) => h("blockquote", null, w)),
    ),
  );
}

function focus(model: Model, id: string): Node {
  return model.statement.has(id) ? h("a", { href: to(id) }, id) : thing(model, id);
}

function oddity(model: Model, f: Finding): Node {
  const statements = f.statements.map((id) => model.statement.get(id)).filter((s) => s !== undefined);
  const item = (s: (typeof statements)[number]): Node => h("li", { "data-statement": s.id }, sides(model, s), s.places.map((p) => quotation(model, s, p)));
  return h(
    "article",
    { class: `finding ${f.severity.toLowerCase()}${f.confirms ? " confirms" : ""}` },
    h("p", { class: "item-head" }, h("b", null, f.message)),
    h("p", null, f.calculation),
    h("p", { class: "quiet" }, `${f.label} (${f.check})`),
    h("ul", { class: "items" }, statements.slice(0, SHOWN).map(item)),
    statements.length > SHOWN ? h("details", null, h("summary", null, `${counted(statements.length - SHOWN, "more statement")}`), h("ul", { class: "items" }, statements.slice(SHOWN).map(item))) : null,
  );
}

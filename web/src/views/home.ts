// Where one arrives: documents, what is in them, and the list of all things.

import { h } from "../dom";
import { counted, fold, STATUSES, TYPE_NAMES, TYPES, type Model } from "../model";
import { to } from "../router";
import type { Entity } from "../types";

export function homeView(model: Model): HTMLElement {
  const { documents, entities, statements, findings, validation, quads } = model.content;
  const grave = findings.filter((f) => f.severity !== "Info").length;
  return h(
    "div",
    { class: "home-view" },
    h("h1", { tabindex: -1 }, model.content.title),
    h("p", { class: "lead" }, `${counted(statements.length, "statement")} about ${counted(entities.length, "named thing")} in ${counted(documents.length, "document")}, each with the words it was read from. Nothing here leaves this computer.`),
    h(
      "ul",
      { class: "tiles" },
      tile("things", entities.length.toLocaleString("en"), "people, organizations, undertakings"),
      tile("graph", String(statements.filter((s) => s.type !== "number" && s.type !== "words").length), "relations in a picture"),
      tile("numbers", String(statements.filter((s) => s.type === "number").length), "numbers as charts"),
      tile("timeline", "Timeline", "as precise as the text"),
      tile("questions", String(model.content.questions.length), "questions with answers"),
      tile("findings", String(grave), `${grave === 1 ? "oddity" : "oddities"}; the graph ${validation.conforms ? "conforms" : "does not conform"}`),
    ),
    h("h2", null, "Documents"),
    h(
      "ul",
      { class: "documents" },
      documents.map((d, i) => {
        const own = model.inDocument[i] ?? [];
        return h("li", null, h("a", { href: to(d.id) }, d.title), h("p", { class: "quiet" }, [d.name, counted(own.length, "statement"), ...TYPES.filter((t) => own.some((s) => s.type === t)).map((t) => `${own.filter((s) => s.type === t).length} ${TYPE_NAMES[t].toLowerCase()}`)].join(" · ")));
      }),
    ),
    h("p", { class: "quiet" }, `${quads.toLocaleString("en")} quads. Statuses: ${STATUSES.map((t) => `${statements.filter((s) => s.status === t).length} ${t.toLowerCase()}`).join(", ")}.`),
  );
}

function tile(path: string, number: string, text: string): Node {
  return h("li", null, h("a", { href: to(path) }, h("b", null, number), " ", h("span", null, text)));
}

/** All things by kind, with a field that narrows the list. */
export function thingsView(model: Model): HTMLElement {
  const list = h("div", { class: "things" });
  const kinds = [...new Set(model.content.entities.map((e) => e.kind))].sort((a, b) => (model.label(a) < model.label(b) ? -1 : 1));
  const draw = (text: string, kind: string): void => {
    const wanted = fold(text);
    const found = model.content.entities.filter((e) => (!kind || e.kind === kind) && e.names.some((n) => fold(n).includes(wanted)));
    list.replaceChildren(h("p", { class: "quiet", role: "status" }, counted(found.length, "thing")), ...kinds.filter((k) => found.some((e) => e.kind === k)).map((k) => group(model, k, found)));
  };
  const name = h("input", { type: "search", name: "narrow", autocomplete: "off" });
  const kind = h("select", { name: "kind" }, h("option", { value: "" }, "all kinds"), kinds.map((k) => h("option", { value: k }, model.label(k))));
  const redraw = (): void => draw(name.value, kind.value);
  name.addEventListener("input", redraw);
  kind.addEventListener("change", redraw);
  redraw();
  return h("div", null, h("h1", { tabindex: -1 }, "Named things"), h("form", { class: "row", onsubmit: (e: Event) => e.preventDefault() }, h("label", null, "Name ", name), h("label", null, "Kind ", kind)), list);
}

function group(model: Model, kind: string, entities: Entity[]): Node {
  const own = entities.filter((e) => e.kind === kind);
  return h(
    "section",
    null,
    h("h2", null, model.label(kind), " ", h("small", null, own.length)),
    h("ul", { class: "columns" }, own.map((e) => h("li", null, h("a", { href: to(e.id) }, e.name), " ", h("small", null, (model.about.get(e.id) ?? []).length)))),
  );
}

// One statement as people read it: both sides, status, who says so, the words in their place, why it was found.

import { h, outward, type Child } from "./dom";
import { STATUS_NAMES, TYPE_NAMES, type Model } from "./model";
import { to } from "./router";
import type { Figures, Finding, Place, Statement } from "./types";

const UNITS: Record<string, (value: string) => string> = {
  Percent: (v) => `${v}%`,
  USDollar: (v) => `$${v}`,
  Count: (v) => v,
  Ratio: (v) => v,
  Year: (v) => `${v} ${v === "1" ? "year" : "years"}`,
  OtherUnit: (v) => v,
};

/** A number as printed, with unit and qualifier: "nearly 50", "34–42.5", "$9,000". */
export function figure(n: Figures): string {
  const shown = [n.value, n.upperValue].filter((v) => v !== undefined).map(grouped).join("–");
  return [n.qualifier, (UNITS[n.unit] ?? ((v: string) => v))(shown)].filter(Boolean).join(" ");
}

function grouped(value: string | undefined): string {
  const [whole = "", part] = (value ?? "").split(".");
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (part ? `.${part}` : "");
}

/** A link to the page of a thing; its name alone where it has none. */
export function thing(model: Model, id: string, text?: string): Node {
  const name = text ?? model.nameOf(id);
  if (model.entity.has(id) || model.documentNumber.has(id)) return h("a", { href: to(id) }, name);
  return document.createTextNode(name);
}

export function typeTag(s: Statement): Node {
  return h("span", { class: `tag type ${s.type}` }, TYPE_NAMES[s.type]);
}

export function statusTag(s: Statement): Node | null {
  if (!s.status) return null;
  return h("span", { class: `tag status ${s.status.toLowerCase()}` }, STATUS_NAMES[s.status] ?? s.status);
}

/** The sides of a statement, as links where they are things. */
export function sides(model: Model, s: Statement): Node {
  const [first, second] = s.sides;
  if (s.type === "words") {
    return h("p", { class: "sides" }, s.subject ? thing(model, s.subject) : "Somebody", h("i", null, " says: "), `“${second}”`);
  }
  if (s.type === "number" && s.number) {
    const n = s.number;
    const others = (s.about ?? []).filter((id) => id !== s.subject);
    return h(
      "p",
      { class: "sides" },
      h("b", null, figure(n)),
      n.measure ? ` ${n.measure}` : "",
      s.subject ? [h("i", null, " about "), thing(model, s.subject)] : "",
      others.length ? h("small", null, " (or ", others.map((id, i) => [i ? ", " : "", thing(model, id)]), ")") : null,
    );
  }
  const relation = s.type === "unmapped" ? s.group : s.type === "role" ? "is" : s.type === "cohort" ? "in" : model.label(s.group);
  const other = s.type === "role" ? roleOf(model, s) : s.object ? thing(model, s.object) : second;
  return h("p", { class: "sides" }, s.subject ? thing(model, s.subject) : first, h("i", null, ` ${relation} `), other);
}

function roleOf(model: Model, s: Statement): Child {
  if (!s.object) return s.sides[1];
  const name = model.nameOf(s.object);
  const title = s.sides[1].endsWith(name) ? s.sides[1].slice(0, -name.length).replace(/, $/, "") : s.sides[1];
  return [title, title ? ", " : "", thing(model, s.object)];
}

/** The words of a place with what carries most marked, and a link to where they stand. */
export function quotation(model: Model, s: Statement, place: Place): Node {
  const words = model.words(place);
  const points = Array.from(words);
  const parts: Child[] = [];
  let at = 0;
  for (const [start, end] of place[3]) {
    if (start < at) continue;
    parts.push(points.slice(at, start).join(""), h("mark", null, points.slice(start, end).join("")));
    at = end;
  }
  parts.push(points.slice(at).join(""));
  const document = model.content.documents[place[0]];
  return h(
    "blockquote",
    null,
    h("span", { class: "exact" }, parts),
    " ",
    h("a", { class: "source", href: to(s.id) }, document ? short(document.title) : ""),
  );
}

function short(text: string): string {
  return text.length > 48 ? `${text.slice(0, 47).trimEnd()}…` : text;
}

/** What the audit says of a statement. */
export function findingNotes(model: Model, s: Statement): Child {
  return (model.findings.get(s.id) ?? []).map((f) => h("p", { class: `finding ${f.severity.toLowerCase()}` }, findingLine(f)));
}

export function findingLine(f: Finding): Child {
  return [h("b", null, f.confirms ? "Adds up" : f.severity), ` ${f.message} — ${f.calculation} `, h("a", { href: to("findings") }, f.label)];
}

/** The whole card. `plain` leaves out what an entity's page tells by its order. */
export function card(model: Model, s: Statement, options: { level?: "h3" | "h4"; chosen?: boolean } = {}): HTMLElement {
  const facts: [string, Child][] = [
    ["Speaker", s.speaker ? [thing(model, s.speaker), s.type !== "words" && !s.reported ? " (voice of the document)" : ""] : "not known"],
    ...s.cites.map((id): [string, Child] => ["Source cited", cited(model, id)]),
    ...s.details.map(([label, words]): [string, Child] => [label[0]?.toUpperCase() + label.slice(1), model.label(words)]),
    ["Found by", [s.rule, " ", meter(s.confidence)]],
  ];
  return h(
    "article",
    { class: `card ${s.type} ${s.status.toLowerCase()}${options.chosen ? " chosen" : ""}`, "data-statement": s.id },
    h("p", { class: "tags" }, typeTag(s), " ", statusTag(s)),
    sides(model, s),
    s.places.map((place) => quotation(model, s, place)),
    findingNotes(model, s),
    h("dl", { class: "facts" }, facts.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, value)))),
    h("p", { class: "iri" }, h("a", { href: to(s.id), title: model.content.base + s.id }, "Link to this statement")),
  );
}

function cited(model: Model, id: string): Child {
  const entity = model.entity.get(id);
  if (!entity) return id;
  return [thing(model, id), entity.url ? [" ", outward(entity.url, "↗")] : ""];
}

function meter(confidence: number): Node {
  const text = `confidence ${confidence.toFixed(2)}`;
  return h("span", { class: "confidence" }, h("meter", { min: 0, max: 1, value: confidence, "aria-label": text }), ` ${text}`);
}

// All that the documents say of one thing, each statement with its sentence.

import { h, outward, type Child } from "../dom";
import { counted, isStated, type Model } from "../model";
import { to } from "../router";
import { card, figure, findingNotes, quotation, statusTag, thing } from "../statement";
import type { Entity, Statement } from "../types";

/** The page of a thing. */
export function entityView(model: Model, entity: Entity): HTMLElement {
  const all = model.about.get(entity.id) ?? [];
  const own = all.filter((s) => s.type === "role" || s.type === "cohort");
  const relations = all.filter((s) => s.type === "relation" || s.type === "unmapped");
  const numbers = all.filter((s) => s.type === "number");
  const speech = all.filter((s) => s.type === "words" && s.subject === entity.id);
  const told = all.filter((s) => s.reported && s.speaker === entity.id && !mentions(s, entity.id));
  const cited = all.filter((s) => s.cites.includes(entity.id) && !mentions(s, entity.id));
  return h(
    "div",
    { class: "entity-view" },
    h("p", { class: "kind" }, model.label(entity.kind)),
    h("h1", { tabindex: -1 }, entity.name),
    facts(model, entity),
    section("Roles and cohorts", own.map((s) => roleItem(model, s, entity.id))),
    relationGroups(model, relations, entity.id),
    numbers.length ? numberSection(model, numbers) : null,
    section("In their words", speech.map((s) => item(model, s, `“${s.sides[1]}”`))),
    section("What they are reported to have said", told.map((s) => item(model, s, sentence(model, s)))),
    section("Cited for", cited.map((s) => item(model, s, sentence(model, s)))),
    inferredSection(model, entity.id),
    all.length ? null : h("p", { class: "quiet" }, "Nothing is stated of it; documents only name it."),
    jsonLd(model, entity, all),
  );
}

function mentions(s: Statement, id: string): boolean {
  return s.subject === id || s.object === id || Boolean(s.about?.includes(id));
}

function facts(model: Model, entity: Entity): Node {
  const others = entity.names.filter((n) => n !== entity.name);
  const rows: [string, Child][] = [];
  if (others.length) rows.push(["also called", others.join(" · ")]);
  if (entity.kinds.length > 1) rows.push(["is a", entity.kinds.map((k) => model.label(k)).join(" · ")]);
  if (entity.url) rows.push(["address", outward(entity.url)]);
  if (entity.documents.length) {
    const links = entity.documents.map((n, i) => [i ? " · " : "", thing(model, model.content.documents[n]?.id ?? "")]);
    rows.push(["named in", links]);
  }
  rows.push(["IRI", h("code", null, model.content.base + entity.id)]);
  rows.push(["more", [h("a", { href: to("graph", { focus: entity.id }) }, "in the graph"), " · ", h("a", { href: `${entity.id}.html` }, "plain page with JSON-LD")]]);
  return h("dl", { class: "meta" }, rows.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, value))));
}

function section(title: string, items: Node[]): Node | null {
  return items.length ? h("section", null, h("h2", null, title, " ", h("small", null, items.length)), h("ul", { class: "items" }, items)) : null;
}

function item(model: Model, s: Statement, head: Child): Node {
  return h(
    "li",
    { class: `item ${s.type} ${s.status.toLowerCase()}`, "data-statement": s.id },
    h("p", { class: "item-head" }, head, " ", s.status === "Asserted" ? null : statusTag(s)),
    s.places.map((p) => quotation(model, s, p)),
    findingNotes(model, s),
    h("details", null, h("summary", null, "Who says so, and how it was found"), card(model, s)),
  );
}

function sentence(model: Model, s: Statement): Child {
  if (s.number) return [h("b", null, figure(s.number)), " ", s.number.measure ?? ""];
  return [s.subject ? thing(model, s.subject) : s.sides[0], ` ${s.type === "role" ? "is" : model.label(s.group)} `, s.object ? thing(model, s.object) : s.sides[1]];
}

function roleItem(model: Model, s: Statement, id: string): Node {
  const dates = s.details.filter(([label]) => label === "from" || label === "to" || label === "former").map(([label, v]) => (label === "former" ? "formerly" : `${label} ${v}`));
  const text = s.subject === id ? s.sides[1] : [thing(model, s.subject), ` — ${s.sides[1]}`];
  const link = s.subject === id && s.object && s.type === "role" ? [" · ", thing(model, s.object)] : s.type === "cohort" && s.object !== id ? [" · ", thing(model, s.object)] : "";
  return item(model, s, [text, dates.length ? ` (${dates.join(", ")})` : "", link]);
}

function relationGroups(model: Model, relations: Statement[], id: string): Child {
  const groups = new Map<string, Statement[]>();
  for (const s of relations) {
    const out = s.subject === id;
    if (!out && s.object !== id) continue;
    const title = s.type === "unmapped" ? s.group : out ? model.label(s.group) : inverse(model, s.group);
    groups.set(title, [...(groups.get(title) ?? []), s]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([title, statements]) =>
    section(
      title[0]?.toUpperCase() + title.slice(1),
      statements.map((s) => {
        const other = s.subject === id ? s.object : s.subject;
        return item(model, s, other ? thing(model, other) : s.sides[1]);
      }),
    ),
  );
}

function inverse(model: Model, relation: string): string {
  const other = model.content.inverses[relation];
  return other ? model.label(other) : `${model.label(relation)} (said of others)`;
}

function numberSection(model: Model, numbers: Statement[]): Node {
  const rows = numbers.map((s) =>
    h(
      "tr",
      { "data-statement": s.id },
      h("td", { class: "number" }, s.number ? figure(s.number) : ""),
      h("td", null, s.number?.measure ?? "", s.number?.population ? ` (${s.number.population})` : ""),
      h("td", null, s.number?.period ?? ""),
      h("td", null, s.places.map((p) => quotation(model, s, p)), findingNotes(model, s), isStated(s) ? null : statusTag(s)),
    ),
  );
  return h(
    "section",
    null,
    h("h2", null, "Numbers ", h("small", null, numbers.length)),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers" }, h("table", null, h("thead", null, h("tr", null, ["Number", "What it measures", "When", "Words"].map((t) => h("th", { scope: "col" }, t)))), h("tbody", null, rows))),
  );
}

function inferredSection(model: Model, id: string): Node | null {
  const triples = model.content.inferred.filter(([s, , o]) => s === id && o !== id);
  if (!triples.length) return null;
  return h(
    "section",
    null,
    h("h2", null, "Follows from these ", h("small", null, triples.length)),
    h("p", { class: "quiet" }, `${counted(triples.length, "relation")} that no document states; the reasoner derives them from what is asserted.`),
    h("ul", { class: "inferred" }, triples.map(([, relation, other]) => h("li", null, model.label(relation), " ", thing(model, other)))),
  );
}

/** What is asserted, for machines that read pages. */
function jsonLd(model: Model, entity: Entity, all: Statement[]): Node {
  const node = (id: string): { "@id": string } => ({ "@id": model.content.base + id });
  const data: Record<string, unknown> = {
    "@context": { acc: model.content.prefixes.acc, skos: model.content.prefixes.skos },
    "@id": model.content.base + entity.id,
    "@type": entity.kinds.map((k) => `acc:${k}`),
    "skos:prefLabel": entity.name,
    "skos:altLabel": entity.names.filter((n) => n !== entity.name),
  };
  for (const s of all) {
    if (s.type !== "relation" || s.status !== "Asserted" || s.subject !== entity.id || !s.object) continue;
    const key = `acc:${s.group}`;
    data[key] = [...((data[key] as object[] | undefined) ?? []), node(s.object)];
  }
  return h("script", { type: "application/ld+json" }, JSON.stringify(data));
}

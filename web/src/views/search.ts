// One field over names, statements and texts; all of it happens here.

import { h, type Child } from "../dom";
import { counted, fold, type Model } from "../model";
import { to } from "../router";
import { sides, statusTag, typeTag } from "../statement";

const SHOWN = 60;

export function searchView(model: Model, text: string): HTMLElement {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const view = h("div", { class: "search-view" }, h("h1", { tabindex: -1 }, text ? `Search: ${text}` : "Search"));
  if (!words.length) {
    view.append(h("p", null, "Type words into the field above."));
    return view;
  }
  const hit = (hay: string): boolean => {
    const folded = fold(hay);
    return words.every((w) => folded.includes(w));
  };
  const things = model.content.entities.filter((e) => hit(e.names.join(" ")));
  const statements = model.content.statements.filter((s) => hit([...s.sides, model.label(s.group), s.number?.measure, ...s.places.map(model.words)].join(" ")));
  const texts = model.content.documents.filter((d) => hit(`${d.title} ${d.text}`));
  view.append(
    h("p", { role: "status", class: "quiet" }, `${counted(things.length, "thing")}, ${counted(statements.length, "statement")}, ${counted(texts.length, "document")}`),
    part("Things", things.length, things.slice(0, SHOWN).map((e) => h("li", null, h("a", { href: to(e.id) }, e.name), " ", h("small", null, model.label(e.kind))))),
    part("Statements", statements.length, statements.slice(0, SHOWN).map((s) => h("li", { class: "hit" }, typeTag(s), " ", statusTag(s), sides(model, s), h("p", { class: "quiet" }, s.places.map((p, i) => [i ? " […] " : "", marked(model.words(p), words)]), " ", h("a", { href: to(s.id) }, "in its place"))))),
    part("Texts", texts.length, texts.slice(0, SHOWN).map((d) => h("li", { class: "hit" }, h("a", { href: to(d.id) }, d.title), h("p", { class: "quiet" }, marked(around(d.text, words[0] ?? ""), words))))),
  );
  return view;
}

function part(title: string, total: number, items: Node[]): Node {
  if (!items.length) return document.createTextNode("");
  const more = total > items.length ? h("p", { class: "quiet" }, `… and ${total - items.length} more`) : null;
  return h("section", null, h("h2", null, title, " ", h("small", null, total)), h("ul", { class: "hits" }, items), more);
}

function around(text: string, word: string): string {
  const at = Math.max(0, fold(text).indexOf(word));
  return `${at > 70 ? "…" : ""}${text.slice(Math.max(0, at - 70), at + 130)}…`;
}

/** The text with the words marked; folding keeps the length of most texts, and where it does not nothing is marked. */
function marked(text: string, words: string[]): Child {
  const folded = text.split("").map((c) => fold(c) || " ").join("");
  if (folded.length !== text.length) return text;
  const parts: Child[] = [];
  let at = 0;
  while (at < text.length) {
    const next = words.map((w) => [folded.indexOf(w, at), w.length] as const).filter(([i]) => i >= 0).sort((a, b) => a[0] - b[0])[0];
    if (!next) break;
    parts.push(text.slice(at, next[0]), h("mark", null, text.slice(next[0], next[0] + next[1])));
    at = next[0] + next[1];
  }
  return [...parts, text.slice(at)];
}

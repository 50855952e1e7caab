// The canned questions: a form for each, answered in the page.

import { answerTable } from "../answer";
import { h } from "../dom";
import { ask, filled } from "../engine";
import { fold, type Model } from "../model";
import { note, to } from "../router";
import type { Parameter, Question } from "../types";

export function questionsView(model: Model): HTMLElement {
  const { questions } = model.content;
  const tags = [...new Set(questions.flatMap((q) => q.tags))].sort();
  return h(
    "div",
    { class: "questions-view" },
    h("h1", { tabindex: -1 }, "Questions"),
    h("p", { class: "lead" }, "Each is a SPARQL query that runs in this page; every row has its sentence."),
    tags.map((tag) =>
      h("section", null, h("h2", null, tag), h("ul", { class: "questions" }, questions.filter((q) => q.tags[0] === tag).map((q) => h("li", null, h("a", { href: to(`questions/${q.name}`) }, q.summary), " ", h("small", null, q.name))))),
    ).filter((section) => section.querySelector("li")),
    h("p", null, h("a", { href: to("sparql") }, "Ask in SPARQL")),
  );
}

/** One question with its form; asked at once where it needs nothing, or the address gives it. */
export function questionView(model: Model, question: Question, query: URLSearchParams): HTMLElement {
  const place = h("div", { class: "place", "aria-live": "polite" });
  const fields = new Map(question.parameters.map((p) => [p.name, field(model, p, query.get(p.name) ?? p.default)]));
  const run = async (): Promise<void> => {
    const given = new Map<string, string>();
    for (const p of question.parameters) given.set(p.name, fields.get(p.name)?.value.trim() ?? "");
    note(`questions/${question.name}`, Object.fromEntries(given));
    place.replaceChildren(h("p", { class: "quiet" }, "Asking …"));
    try {
      for (const p of question.parameters) if (p.type === "entity" && given.get(p.name)) given.set(p.name, entityOf(model, p, given.get(p.name) ?? ""));
      const text = filled(question, given, model.content.base, model.content.prefixes.acc ?? "");
      const answer = answerTable(model, await ask(text, model.content.prefixes, "_"), question.name);
      place.replaceChildren(answer, h("details", null, h("summary", null, "The query"), h("pre", { tabindex: 0 }, text), h("p", null, h("a", { href: to("sparql", { query: text }) }, "Open in the editor"))));
    } catch (error) {
      place.replaceChildren(h("p", { role: "alert", class: "bad" }, message(error)));
    }
  };
  const needs = question.parameters.some((p) => p.required && !query.get(p.name) && !p.default);
  const view = h(
    "div",
    { class: "question-view" },
    h("p", { class: "kind" }, h("a", { href: to("questions") }, "Questions"), ` · ${question.name}`),
    h("h1", { tabindex: -1 }, question.summary),
    question.description ? h("p", { class: "lead" }, question.description) : null,
    h(
      "form",
      { class: "parameters", onsubmit: (e: Event) => (e.preventDefault(), void run()) },
      question.parameters.map((p) => h("div", { class: "parameter" }, fields.get(p.name)?.label)),
      h("button", { class: "primary" }, "Ask"),
    ),
    place,
    h("details", { class: "columns-told" }, h("summary", null, "What the columns mean"), h("dl", null, question.columns.map(([name, meaning]) => [h("dt", null, name.replaceAll("_", " ")), h("dd", null, meaning)]))),
  );
  if (!needs) void run();
  return view;
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Field {
  label: HTMLElement;
  readonly value: string;
}

function field(model: Model, p: Parameter, value: string): Field {
  const told = h("small", null, `${p.description}${p.required ? "" : " (may be left out)"}`);
  const choices = p.values.map((v): string => (typeof v === "string" ? v : v[0]));
  const closed = p.type !== "entity" && choices.length > 0 && p.type !== "text";
  if (closed || (p.type === "text" && choices.length > 0 && choices.length < 12)) {
    const select = h("select", { name: p.name }, p.required ? null : h("option", { value: "" }, "any"), choices.map((c) => h("option", { value: c }, model.label(c))));
    select.value = value;
    return { label: h("label", null, h("span", null, p.name.replaceAll("_", " ")), select, told), get value() { return select.value; } };
  }
  const list = choices.length ? h("datalist", { id: `values-${p.name}` }, [...new Set(choices)].map((c) => h("option", { value: c }))) : null;
  const input = h("input", { name: p.name, value, list: list ? list.id : null, required: p.required, autocomplete: "off" });
  return { label: h("label", null, h("span", null, p.name.replaceAll("_", " ")), input, list, told), get value() { return input.value; } };
}

/** The thing that is meant: by name among the values of the parameter, by any name of it, or by its address. */
function entityOf(model: Model, p: Parameter, text: string): string {
  if (model.entity.has(text)) return text;
  const wanted = fold(text);
  const offered = p.values.filter((v): v is [string, string] => typeof v !== "string");
  const byName = offered.filter(([name]) => fold(name) === wanted).map(([, id]) => id);
  const ids = new Set(byName.length ? byName : model.content.entities.filter((e) => e.names.some((n) => fold(n) === wanted)).map((e) => e.id));
  if (!ids.size) for (const e of model.content.entities) if (e.kinds.includes("Person") && fold(e.name).split(" ").at(-1) === wanted) ids.add(e.id);
  const [id] = ids;
  if (!id) throw new Error(`Nothing is called “${text}”.`);
  if (ids.size > 1) throw new Error(`“${text}” may mean ${[...ids].join(", ")}.`);
  return id;
}

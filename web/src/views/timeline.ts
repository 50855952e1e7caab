// What has a date, as precise as the text: a year is a bar of a year, a day a point.

import { h, type Child } from "../dom";
import { counted, isStated, type Model } from "../model";
import { figure, quotation, statusTag, thing } from "../statement";
import type { Statement } from "../types";

interface Moment {
  from: number;
  until: number;
  date: string;
  precision: string;
  what: Child;
  statement: Statement;
}

const DAY = 86_400_000;

export function timelineView(model: Model): HTMLElement {
  const moments = model.content.statements.flatMap((s) => momentsOf(model, s)).sort((a, b) => a.from - b.from || a.until - b.until);
  const view = h("div", { class: "timeline-view" }, h("h1", { tabindex: -1 }, "Timeline"));
  if (!moments.length) {
    view.append(h("p", null, "The documents give no dates."));
    return view;
  }
  const about = [...new Set(moments.map((m) => m.statement.subject).filter(Boolean))].sort((a, b) => (model.nameOf(a) < model.nameOf(b) ? -1 : 1));
  const list = h("div");
  const draw = (id: string): void => list.replaceChildren(...years(model, moments.filter((m) => !id || m.statement.subject === id)));
  const select = h("select", { name: "about" }, h("option", { value: "" }, "everything"), about.map((id) => h("option", { value: id }, model.nameOf(id))));
  select.addEventListener("change", () => draw(select.value));
  draw("");
  view.append(
    h("p", { class: "lead" }, `${counted(moments.length, "date")} from the texts. The bar shows how precise each is: a day, a month, a year, or from one to another.`),
    h("form", { class: "row", onsubmit: (e: Event) => e.preventDefault() }, h("label", null, "About ", select)),
    list,
  );
  return view;
}

/** What a statement dates. */
function momentsOf(model: Model, s: Statement): Moment[] {
  const found: Moment[] = [];
  const add = (date: string, what: Child): void => {
    const span = interval(date);
    if (span) found.push({ ...span, date, what, statement: s });
  };
  if (s.type === "relation" && (s.group === "startedOn" || s.group === "endedOn")) {
    add(s.sides[1], [s.subject ? thing(model, s.subject) : s.sides[0], ` ${s.group === "startedOn" ? "started" : "ended"}`]);
  } else if (s.type === "role") {
    for (const [label, value] of s.details) {
      if (label === "from" || label === "to") add(value, [thing(model, s.subject), label === "from" ? ` became ${s.sides[1]}` : ` was ${s.sides[1]} until then`]);
    }
  } else if (s.number?.period) {
    add(s.number.period, [h("b", null, figure(s.number)), " ", s.number.measure ?? "", s.subject ? [" – ", thing(model, s.subject)] : ""]);
  }
  return found;
}

/** Begin and end of a date or an interval in milliseconds, the end exclusive. */
export function interval(date: string): { from: number; until: number; precision: string } | undefined {
  const [first = "", last] = date.split("/");
  const begin = bounds(first);
  if (!begin) return undefined;
  if (last === undefined) return { from: begin[0], until: begin[1], precision: ["year", "month", "day"][first.split("-").length - 1] ?? "day" };
  const end = bounds(last);
  return { from: begin[0], until: end ? end[1] : begin[1], precision: "from – to" };
}

function bounds(date: string): [number, number] | undefined {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(date);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), match[2] ? Number(match[2]) - 1 : undefined, match[3] ? Number(match[3]) : undefined];
  const from = Date.UTC(year, month ?? 0, day ?? 1);
  if (day !== undefined) return [from, from + DAY];
  return [from, month === undefined ? Date.UTC(year + 1, 0, 1) : Date.UTC(year, month + 1, 1)];
}

function years(model: Model, moments: Moment[]): Node[] {
  const first = Math.min(...moments.map((m) => m.from));
  const last = Math.max(...moments.map((m) => m.until));
  const groups = new Map<number, Moment[]>();
  for (const m of moments) {
    const year = new Date(m.from).getUTCFullYear();
    groups.set(year, [...(groups.get(year) ?? []), m]);
  }
  return [...groups].map(([year, own]) =>
    h("section", { class: "year" }, h("h2", null, String(year)), h("ol", { class: "moments" }, own.map((m) => moment(model, m, first, last)))),
  );
}

function moment(model: Model, m: Moment, first: number, last: number): Node {
  const span = Math.max(last - first, DAY);
  const bar = h("span", { class: "span" });
  // The policy forbids style attributes in the markup, not what a script sets.
  bar.style.insetInlineStart = `${(100 * (m.from - first)) / span}%`;
  bar.style.inlineSize = `${Math.max(0.6, (100 * (m.until - m.from)) / span)}%`;
  const s = m.statement;
  return h(
    "li",
    { class: `moment ${s.status.toLowerCase()}`, "data-statement": s.id },
    h("p", { class: "when" }, h("time", { datetime: m.date.split("/")[0] ?? "" }, m.date.replace("/", " – ")), " ", h("small", null, m.precision)),
    h("div", { class: "track", "aria-hidden": "true" }, bar),
    h("div", { class: "what" }, h("p", null, m.what, " ", isStated(s) ? (s.reported ? statusTag(s) : null) : statusTag(s)), s.places.slice(0, 1).map((p) => quotation(model, s, p))),
  );
}

// The text as laid out, with every statement's words marked, and a panel that tells about the place one points at.

import { append, clear, h, outward, type Child } from "../dom";
import { cut, narrowest, type Piece } from "../highlight";
import { counted, isStated, STATUS_NAMES, STATUSES, TYPE_NAMES, TYPES, type Model } from "../model";
import { note } from "../router";
import { card, figure, thing } from "../statement";
import type { Statement } from "../types";

interface Filters {
  types: Set<string>;
  statuses: Set<string>;
  speaker: string;
}

interface Page {
  model: Model;
  number: number;
  statements: Statement[];
  text: HTMLElement;
  panel: HTMLElement;
  filters: Filters;
  pieces: Piece[];
  marks: HTMLElement[];
  chosen: string;
}

/** The view of document `number`; with a statement's id, that statement is shown in its place. */
export function documentView(model: Model, number: number, chosen = ""): HTMLElement {
  const found = model.content.documents[number];
  if (!found) return h("p", null, "There is no such document.");
  const statements = model.inDocument[number] ?? [];
  const page: Page = {
    model,
    number,
    statements,
    text: h("div", { class: "text", role: "group", "aria-label": "Text with statements; arrow keys move from mark to mark, Enter tells about one" }),
    panel: h("aside", { class: "panel", "aria-label": "Statements", "aria-live": "polite", tabindex: -1 }),
    filters: { types: new Set(TYPES), statuses: new Set([...STATUSES, ""]), speaker: "" },
    pieces: [],
    marks: [],
    chosen,
  };
  listen(page);
  draw(page);
  if (chosen) choose(page, chosen);
  else rest(page);
  const view = h(
    "div",
    { class: "document-view" },
    h("details", { class: "filters", open: matchMedia("(min-width: 75rem)").matches }, h("summary", null, "Legend and filters"), filterForm(page)),
    h(
      "div",
      { class: "reading" },
      h("h1", { tabindex: -1 }, found.title),
      found.voice ? h("p", { class: "quiet" }, "Voice of the document: ", thing(model, found.voice)) : null,
      h(
        "details",
        { class: "quiet about-document" },
        h("summary", null, "About this document"),
        h("dl", { class: "meta" }, [["file", found.name] as [string, string], ...found.fields].map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, /^https?:/.test(value) ? outward(value) : value)))),
      ),
      page.text,
    ),
    page.panel,
  );
  queueMicrotask(() => chosen && reveal(page));
  return view;
}

function passes(s: Statement, { types, statuses, speaker }: Filters): boolean {
  return types.has(s.type) && statuses.has(s.status) && (!speaker || s.speaker === speaker);
}

function draw(page: Page): void {
  const { model, number, text } = page;
  const whole = model.content.documents[number]?.text ?? "";
  const length = model.content.statements.length ? codePointLength(whole) : 0;
  const shown = page.statements.filter((s) => passes(s, page.filters));
  page.pieces = cut(length, shown, number);
  page.marks = [];
  clear(text);
  page.pieces.forEach((piece, i) => {
    const words = whole.slice(model.offset(number, piece.start), model.offset(number, piece.end));
    if (!piece.over.length) {
      append(text, plain(words));
      return;
    }
    const mark = h("span", { class: classes(piece), role: "button", tabindex: -1, "data-piece": i }, words);
    const label = flag(piece);
    if (label) mark.dataset.flag = label;
    mark.dataset.over = piece.over.map((c) => `${c.statement.id}#${c.place}`).join(" ");
    page.marks.push(mark);
    text.append(mark);
  });
  page.marks[0]?.setAttribute("tabindex", "0");
  paintChosen(page);
}

/** Text that nothing is stated by; its blank lines take less room than lines of words. */
function plain(words: string): Child[] {
  return words.split(/(\n\s*\n)/).map((part, i) => (i % 2 ? h("span", { class: "gap" }, part) : part));
}

function codePointLength(text: string): number {
  let length = text.length;
  for (const unit of text.match(/[\ud800-\udbff][\udc00-\udfff]/g) ?? []) length -= unit.length - 1;
  return length;
}

function classes(piece: Piece): string {
  const names = new Set(["piece"]);
  for (const { statement } of piece.over) {
    names.add(`on-${statement.type}`);
    if (!isStated(statement)) names.add(`is-${statement.status.toLowerCase()}`);
  }
  if (piece.figure) names.add("figure");
  return [...names].join(" ");
}

/** What stands behind the last piece of words that are not stated as a fact. */
function flag(piece: Piece): string {
  const statuses = piece.ending.map((c) => c.statement).filter((s) => !isStated(s)).map((s) => s.status.toLowerCase());
  return [...new Set(statuses)].join(", ");
}

function listen(page: Page): void {
  page.text.addEventListener("click", (event) => {
    const mark = (event.target as Element).closest<HTMLElement>("[data-piece]");
    if (mark && !getSelection()?.toString()) tell(page, mark);
  });
  page.text.addEventListener("keydown", (event) => {
    const mark = (event.target as Element).closest<HTMLElement>("[data-piece]");
    if (!mark) return;
    const at = page.marks.indexOf(mark);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: page.marks.length - 1 };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      tell(page, mark);
      page.panel.focus({ preventScroll: true });
    } else if (event.key in steps) {
      event.preventDefault();
      move(mark, page.marks[steps[event.key] as number]);
    }
  });
  page.panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(page);
  });
}

function move(from: HTMLElement, target: HTMLElement | undefined): void {
  if (!target) return;
  from.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
  target.scrollIntoView({ block: "nearest" });
  }

/** The statements at a mark, in the panel. */
function tell(page: Page, mark: HTMLElement): void {
  const piece = page.pieces[Number(mark.dataset.piece)];
  if (!piece) return;
  for (const other of page.marks) other.tabIndex = other === mark ? 0 : -1;
  const statements = narrowest(piece);
  const first = statements[0];
  if (!first) return;
  fill(page, statements, `${counted(statements.length, "statement")} from these words`);
  pick(page, first.id, false);
}

function fill(page: Page, statements: Statement[], title: string): void {
  clear(page.panel);
  const cards = statements.map((s) => card(page.model, s));
  for (const item of cards) {
    const id = item.dataset.statement ?? "";
    item.addEventListener("click", (event) => {
      if (!(event.target as Element).closest("a")) pick(page, id, true);
    });
    item.prepend(h("button", { class: "show", onclick: () => pick(page, id, true) }, "Show in the text"));
  }
  page.panel.append(
    h("div", { class: "panel-head" }, h("h2", null, title), h("button", { class: "close", "aria-label": "Close", onclick: () => close(page) }, "×")),
    ...cards,
  );
  page.panel.classList.add("open");
  page.panel.scrollTop = 0;
}

/** Point out one statement: its words in the text, its card, its address. */
function pick(page: Page, id: string, scroll: boolean): void {
  page.chosen = id;
  note(id);
  paintChosen(page);
  for (const item of page.panel.querySelectorAll<HTMLElement>(".card")) item.classList.toggle("chosen", item.dataset.statement === id);
  if (scroll) reveal(page);
}

function choose(page: Page, id: string): void {
  const statement = page.model.statement.get(id);
  if (!statement) return;
  fill(page, [statement], "Statement");
  pick(page, id, false);
}

function reveal(page: Page): void {
  const mark = page.text.querySelector<HTMLElement>(".chosen");
  // On narrow screens the panel covers the lower half.
  mark?.scrollIntoView({ block: matchMedia("(min-width: 62rem)").matches ? "center" : "start" });
  if (mark) for (const other of page.marks) other.tabIndex = other === mark ? 0 : -1;
}

function paintChosen(page: Page): void {
  for (const mark of page.marks) {
    const piece = page.pieces[Number(mark.dataset.piece)];
    const on = Boolean(page.chosen) && Boolean(piece?.over.some((c) => c.statement.id === page.chosen));
    mark.classList.toggle("chosen", on);
    mark.classList.toggle("key", on && isKey(page, piece as Piece));
  }
}

/** Whether a piece begins within one of the marks of the chosen statement's places. */
function isKey(page: Page, piece: Piece): boolean {
  const statement = page.model.statement.get(page.chosen);
  return Boolean(statement?.places.some(([d, start, , marks]) => d === page.number && marks.some(([a, b]) => start + a <= piece.start && piece.end <= start + b)));
}

function close(page: Page): void {
  page.chosen = "";
  paintChosen(page);
  note(page.model.content.documents[page.number]?.id ?? "");
  rest(page);
  page.text.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
}

/** The panel while nothing is chosen. */
function rest(page: Page): void {
  clear(page.panel);
  page.panel.classList.remove("open");
  const shown = page.statements.filter((s) => passes(s, page.filters));
  page.panel.append(
    h("h2", null, counted(shown.length, "statement")),
    h("p", { class: "quiet" }, "Choose marked words to see what they state. Arrow keys move from mark to mark, Enter opens, Escape closes."),
    h(
      "ol",
      { class: "statement-list" },
      shown.map((s) =>
        h(
          "li",
          { class: s.type },
          h("button", { "data-open": s.id, onclick: () => (choose(page, s.id), reveal(page)) }, h("span", { class: "tag type" }, TYPE_NAMES[s.type]), " ", line(page.model, s)),
        ),
      ),
    ),
  );
}

function line(model: Model, s: Statement): string {
  const relation = s.type === "relation" ? ` ${model.label(s.group)} ` : s.type === "role" ? " is " : s.type === "cohort" ? " in " : s.type === "unmapped" ? ` ${s.group} ` : ": ";
  const first = s.subject ? model.nameOf(s.subject) : s.sides[0];
  if (s.number) return `${figure(s.number)} ${s.number.measure ?? ""}${first ? ` – ${first}` : ""}`;
  const status = s.status && !isStated(s) ? ` (${STATUS_NAMES[s.status]?.toLowerCase()})` : "";
  return `${first || "—"}${relation}${s.sides[1]}${status}`;
}

function filterForm(page: Page): HTMLElement {
  const { filters, statements, model } = page;
  const redraw = (): void => {
    draw(page);
    if (!page.panel.classList.contains("open")) rest(page);
  };
  const toggle = (set: Set<string>, value: string, on: boolean): void => {
    if (on) set.add(value);
    else set.delete(value);
    redraw();
  };
  const box = (set: Set<string>, value: string, label: string, sample: Node, number: number): Node =>
    h("label", null, h("input", { type: "checkbox", checked: true, name: value || "speech", onchange: (e: Event) => toggle(set, value, (e.target as HTMLInputElement).checked) }), " ", sample, ` ${label} `, h("small", null, number));
  const types = TYPES.filter((t) => statements.some((s) => s.type === t));
  const statuses = STATUSES.filter((t) => statements.some((s) => s.status === t));
  const speakers = [...new Set(statements.map((s) => s.speaker).filter(Boolean))].sort((a, b) => model.nameOf(a).localeCompare(model.nameOf(b), "en"));
  return h(
    "form",
    { onsubmit: (e: Event) => e.preventDefault() },
    h("fieldset", null, h("legend", null, "Kind"), types.map((t) => box(filters.types, t, TYPE_NAMES[t], h("span", { class: `sample piece on-${t}`, "aria-hidden": "true" }, "abc"), statements.filter((s) => s.type === t).length))),
    h("fieldset", null, h("legend", null, "Status"), statuses.map((t) => box(filters.statuses, t, STATUS_NAMES[t] ?? t, h("span", { class: `sample piece is-${t.toLowerCase()}`, "aria-hidden": "true" }, "abc"), statements.filter((s) => s.status === t).length))),
    h(
      "label",
      { class: "field" },
      "Speaker ",
      h(
        "select",
        { name: "speaker", onchange: (e: Event) => ((filters.speaker = (e.target as HTMLSelectElement).value), redraw()) },
        h("option", { value: "" }, "anyone"),
        speakers.map((id) => h("option", { value: id }, model.nameOf(id))),
      ),
    ),
  );
}

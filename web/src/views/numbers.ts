// Numbers as charts, and each chart as a table: bars lead to their sentence, findings of the audit are marked on them.

import * as Plot from "@observablehq/plot";
import { h } from "../dom";
import { counted, isStated, type Model } from "../model";
import { to } from "../router";
import { figure, findingNotes, quotation, statusTag, thing } from "../statement";
import type { Chart, Row, Statement } from "../types";

/** A row with what the model knows of its statement. */
interface Bar extends Row {
  flag: string;
  faded: boolean;
  order: string;
}

/** All charts, by document. */
export function numbersView(model: Model): HTMLElement {
  const { charts, documents } = model.content;
  const total = charts.reduce((sum, c) => sum + c.rows.length, 0);
  return h(
    "div",
    { class: "numbers-view" },
    h("h1", { tabindex: -1 }, "Numbers"),
    h("p", { class: "lead" }, `${counted(total, "number")} as the documents print them; nothing is added up or converted. A bar leads to its sentence. `, h("span", { class: "flag" }, "▲"), " marks what the audit finds odd, ", h("span", { class: "flag agrees" }, "✓"), " what it has recomputed and found right."),
    documents.map((_, number) => documentCharts(model, number)),
  );
}

function documentCharts(model: Model, number: number): Node | null {
  const document = model.content.documents[number];
  const own = model.content.charts.filter((c) => c.document === number);
  if (!own.length || !document) return null;
  const body = h("div", { class: "charts" });
  const numbers = own.reduce((sum, c) => sum + c.rows.length, 0);
  const details = h(
    "details",
    { class: "document-charts", open: model.content.documents.length < 4 },
    h("summary", null, h("h2", null, document.title), " ", h("small", null, counted(numbers, "number"))),
    h("p", { class: "quiet" }, thing(model, document.id, "Open the document")),
    body,
  );
  const fill = (): void => {
    if (details.open && !body.childElementCount) body.append(...own.map((c) => chartFigure(model, c)));
  };
  details.addEventListener("toggle", fill);
  requestAnimationFrame(fill);
  return details;
}

/** One chart with its table. */
function chartFigure(model: Model, chart: Chart): HTMLElement {
  const bars = chart.rows.map((r, i) => bar(model, r, i));
  const box = h("div", { class: "chart" });
  if (!chart.axis) box.append(list(bars));
  else requestAnimationFrame(() => box.isConnected && box.replaceChildren(plot(bars, chart, box.clientWidth || 320)));
  return h(
    "figure",
    { class: `numbers ${chart.kind}` },
    h("figcaption", null, h("h3", null, chart.title), chart.subtitle ? h("p", { class: "quiet" }, chart.subtitle) : null),
    box,
    h("details", null, h("summary", null, "Table with the sentences"), table(model, chart)),
  );
}

function bar(model: Model, row: Row, i: number): Bar {
  const s = model.statement.get(row.statement);
  const found = (model.findings.get(row.statement) ?? []).filter((f) => f.statements[0] === row.statement);
  const odd = found.some((f) => !f.confirms && f.severity !== "Info");
  return { ...row, flag: odd ? " ▲" : found.some((f) => f.confirms) ? " ✓" : "", faded: Boolean(s && !isStated(s)), order: String(i).padStart(4, "0") };
}

/** Numbers that share no scale. */
function list(bars: Bar[]): Node {
  return h("ul", { class: "figures" }, bars.map((b) => h("li", null, h("a", { href: link(b) }, b.printed), h("span", { class: "flag" }, b.flag), " ", b.label)));
}

const link = (b: Bar): string => to(b.statement);
const title = (b: Bar): string => `${b.printed} – ${b.label}${b.flag === " ▲" ? " – see the findings" : ""}`;
const color = (b: Bar): string => (b.flag === " ▲" ? "var(--warn)" : "var(--bar)");

function plot(bars: Bar[], chart: Chart, width: number): Element {
  const drawn = chart.kind === "series" ? drawSeries(bars, chart, width) : drawBars(bars, chart, width);
  // Groups have no role, so no name either (ARIA 1.2, 5.2.8.6).
  for (const group of drawn.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  return drawn;
}

const STYLE = { background: "none", color: "var(--ink)", fontFamily: "inherit", fontSize: "12px" };

/** Bars with what they measure above them; ranges are bars between their ends. */
function drawBars(bars: Bar[], chart: Chart, width: number): Element {
  const [from, until, step] = chart.axis ?? [0, 1, 1];
  const ticks = Array.from({ length: Math.round((until - from) / step) + 1 }, (_, i) => from + i * step);
  const letters = Math.max(12, Math.floor((width - 12) / 6.4));
  const right = 18 + 7.6 * Math.max(...bars.map((b) => b.printed.length + b.flag.length));
  return Plot.plot({
    width,
    height: bars.length * 46 + 34,
    marginLeft: 8,
    marginRight: Math.min(right, width / 2),
    marginTop: 6,
    marginBottom: 28,
    ariaLabel: `${chart.title}: ${bars.map(title).join("; ")}`,
    style: STYLE,
    x: { domain: [from, until], ticks, tickFormat: (v: number) => v.toLocaleString("en"), label: null, tickSize: 0 },
    y: { axis: null, domain: bars.map((b) => b.order), paddingInner: 0.62, paddingOuter: 0.31 },
    marks: [
      Plot.ruleX(ticks, { stroke: "var(--line)" }),
      Plot.barX(bars, { x1: (b: Bar) => (b.upper === b.value ? from : b.value), x2: "upper", y: "order", fill: color, fillOpacity: (b: Bar) => (b.faded ? 0.45 : 1), href: link, title, ariaLabel: title }),
      Plot.text(bars, { x: () => from, y: "order", text: (b: Bar) => clip(b.label, letters), dy: -18, textAnchor: "start", fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 4 }),
      Plot.text(bars, { x: "upper", y: "order", text: (b: Bar) => b.printed + b.flag, dx: 5, textAnchor: "start", fontWeight: 600, fill: "var(--ink)" }),
    ],
  });
}

function clip(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1).trimEnd()}…` : text;
}

function drawSeries(bars: Bar[], chart: Chart, width: number): Element {
  const [from, until, step] = chart.axis ?? [0, 1, 1];
  const above = { dy: -13, fontWeight: 600, fill: "var(--ink)" };
  return Plot.plot({
    width,
    height: 210,
    marginLeft: 48,
    marginBottom: 34,
    marginRight: 40,
    ariaLabel: `${chart.title}: ${bars.map((b) => `${b.period}: ${b.printed}`).join("; ")}`,
    style: STYLE,
    x: { type: "point", domain: bars.map((b) => b.period), label: null, padding: 0.4 },
    y: { domain: [from, until], ticks: Math.round((until - from) / step), grid: true, label: null },
    marks: [
      Plot.line(bars, { x: "period", y: "upper", stroke: "var(--bar)", strokeDasharray: "4 3" }),
      Plot.dot(bars, { x: "period", y: "upper", r: 6, fill: color, href: link, title, ariaLabel: title }),
      Plot.text(bars, { x: "period", y: "upper", text: (b: Bar) => b.printed + b.flag, ...above }),
    ],
  });
}

function table(model: Model, chart: Chart): Node {
  const head = ["Number", "What it measures", "Of whom", "When", "About", "Words"];
  const rows = chart.rows.flatMap((r): [Row, Statement][] => {
    const s = model.statement.get(r.statement);
    return s ? [[r, s]] : [];
  });
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers with their sentences" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, head.map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", null, rows.map(([r, s]) =>
        h(
          "tr",
          { "data-statement": s.id },
          h("td", { class: "number" }, s.number ? figure(s.number) : r.printed),
          h("td", null, s.number?.measure ?? r.label),
          h("td", null, r.base),
          h("td", null, r.period),
          h("td", null, s.subject ? thing(model, s.subject) : ""),
          h("td", { class: "words" }, s.places.map((p) => quotation(model, s, p)), findingNotes(model, s), isStated(s) ? null : statusTag(s)),
        ),
      )),
    ),
  );
}

// Numbers as charts, and each chart as a table: bars lead to their sentence, findings of the audit are marked on them.

import * as Plot from "@observablehq/plot";
import { h, type Child } from "../dom";
import { counted, isStated, type Model } from "../model";
import { to } from "../router";
import { figure, findingNotes, quotation, statusTag, thing } from "../statement";
import type { Chart, Statement } from "../types";

interface Row {
  id: string;
  label: string;
  value: number;
  upper: number;
  low: number;
  text: string;
  period: string;
  mark: string;
  faded: boolean;
  order: string;
}

const TITLES: Record<Chart["kind"], string> = { survey: "Survey items", series: "Over time", comparison: "Side by side", range: "Ranges", plain: "Numbers" };

/** All charts, by document. */
export function numbersView(model: Model): HTMLElement {
  const { charts, documents } = model.content;
  const view = h("div", { class: "numbers-view" }, h("h1", { tabindex: -1 }, "Numbers"));
  const total = charts.reduce((sum, c) => sum + c.rows.length, 0);
  view.append(
    h("p", { class: "lead" }, `${counted(total, "number")} as the documents print them; nothing is added up or converted. A bar leads to its sentence. `, h("span", { class: "flag" }, "▲"), " marks what the audit found something about."),
  );
  documents.forEach((document, number) => {
    const own = charts.filter((c) => c.document === number);
    if (!own.length) return;
    const body = h("div", { class: "charts" });
    const details = h("details", { class: "document-charts", open: documents.length < 4 }, h("summary", null, h("h2", null, document.title), " ", h("small", null, counted(own.reduce((n, c) => n + c.rows.length, 0), "number"))), h("p", { class: "quiet" }, thing(model, document.id, "the document")), body);
    const fill = (): void => {
      if (details.open && !body.childElementCount) body.append(...own.map((c) => chartFigure(model, c)));
    };
    details.addEventListener("toggle", fill);
    requestAnimationFrame(fill);
    view.append(details);
  });
  return view;
}

/** One chart with its table. */
export function chartFigure(model: Model, chart: Chart): HTMLElement {
  const statements = chart.rows.map((i) => model.content.statements[i]).filter((s): s is Statement => Boolean(s?.number));
  const unit = model.label(chart.unit);
  const heading: Child = [TITLES[chart.kind], chart.about ? [" about ", thing(model, chart.about)] : "", h("small", null, ` ${unit}`)];
  const rows = statements.map((s, i) => row(model, s, chart, i));
  const box = h("div", { class: "chart" });
  const size = (): void => void requestAnimationFrame(() => box.isConnected && box.replaceChildren(plot(rows, chart, unit, box.clientWidth || 320)));
  size();
  return h(
    "figure",
    { class: `numbers ${chart.kind}` },
    h("figcaption", null, h("h3", null, heading), chart.kind === "survey" ? h("p", { class: "quiet" }, base(statements)) : null),
    box,
    h("details", null, h("summary", null, "Table with the sentences"), table(model, statements)),
  );
}

/** Of whom the shares are, as far as the text says. */
function base(statements: Statement[]): string {
  const given = new Set(statements.map((s) => (s.number?.denominator ? `of ${s.number.denominator}` : s.number?.population ?? "")).filter(Boolean));
  return given.size ? `Base: ${[...given].join("; ")}` : "Base: the text does not give the number of answers.";
}

function row(model: Model, s: Statement, chart: Chart, i: number): Row {
  const n = s.number;
  const value = Number(n?.value ?? 0);
  const found = model.findings.get(s.id) ?? [];
  const about = chart.kind === "comparison" || !chart.about ? model.nameOf(s.subject) : "";
  const said = [n?.measure, n?.numerator ? `${n.numerator} of ${n.denominator}` : n?.population, n?.period, about].filter(Boolean).join(" · ");
  return {
    id: s.id,
    label: said || "—",
    value,
    low: n?.upperValue === undefined ? Math.min(0, value) : value,
    upper: n?.upperValue === undefined ? value : Number(n.upperValue),
    text: n ? figure(n) : "",
    period: n?.period ?? "",
    mark: found.some((f) => !f.confirms && f.severity !== "Info" && f.statements[0] === s.id) ? "▲" : "",
    faded: !isStated(s),
    order: String(i).padStart(4, "0"),
  };
}

function plot(rows: Row[], chart: Chart, unit: string, width: number): Element {
  return chart.kind === "series" ? series(rows, unit, width) : bars(rows, chart, width);
}

const link = (r: Row): string => to(r.id);
const title = (r: Row): string => `${r.text} ${r.label}${r.mark ? " – see the findings" : ""}`;

/** Bars with what they measure above them; ranges are bars between their ends. Very unequal numbers share no scale. */
function bars(rows: Row[], chart: Chart, width: number): Element {
  const percent = chart.unit === "Percent" && rows.every((r) => r.value >= 0 && r.upper <= 100);
  const positive = rows.filter((r) => r.upper > 0).map((r) => r.upper);
  const log = !percent && positive.length === rows.length && Math.max(...positive) / Math.min(...positive) > 60;
  const most = Math.max(...rows.map((r) => r.upper), 0);
  const domain = percent ? [0, 100] : log ? [Math.min(...positive) / 2, most] : [Math.min(0, ...rows.map((r) => r.low)), most || 1];
  const from = (r: Row): number => (log && r.low <= 0 ? (domain[0] as number) : r.low);
  const letters = Math.max(12, Math.floor((width - 12) / 6.6));
  return Plot.plot({
    width,
    height: rows.length * 46 + (log ? 44 : 18),
    marginLeft: 4,
    marginRight: 16 + 7.6 * Math.max(...rows.map((r) => r.text.length + 2 * r.mark.length)),
    marginTop: 8,
    marginBottom: log ? 36 : 10,
    ariaLabel: `${TITLES[chart.kind]}: ${rows.map(title).join("; ")}`,
    style: { background: "none", color: "var(--ink)", fontFamily: "inherit", fontSize: "12px" },
    x: { type: log ? "log" : "linear", domain, axis: log ? "bottom" : null, label: log ? "logarithmic scale" : null, ticks: 3 },
    y: { axis: null, domain: rows.map((r) => r.order), paddingInner: 0.62, paddingOuter: 0.31 },
    marks: [
      percent ? Plot.ruleX([0, 100], { stroke: "var(--line)" }) : Plot.ruleX([domain[0] as number], { stroke: "var(--line)" }),
      percent ? Plot.rectX(rows, { x1: 0, x2: 100, y: "order", fill: "var(--soft)" } as never) : null,
      Plot.barX(rows, { x1: from, x2: "upper", y: "order", fill: (r: Row) => (r.mark ? "var(--warn)" : "var(--bar)"), fillOpacity: (r: Row) => (r.faded ? 0.45 : 1), href: link, title, ariaLabel: title }),
      Plot.text(rows, { x: () => domain[0] as number, y: "order", text: (r: Row) => clip(r.label, letters), dy: -16, textAnchor: "start", fill: "var(--ink)" }),
      Plot.text(rows, { x: "upper", y: "order", text: (r: Row) => `${r.text} ${r.mark}`, dx: 5, textAnchor: "start", fontWeight: 600, fill: "var(--ink)" }),
    ],
  });
}

function clip(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1).trimEnd()}…` : text;
}

function series(rows: Row[], unit: string, width: number): Element {
  return Plot.plot({
    width,
    height: 200,
    marginLeft: 48,
    marginBottom: 34,
    marginRight: 40,
    ariaLabel: `Over time: ${rows.map((r) => `${r.period}: ${r.text}`).join("; ")}`,
    style: { background: "none", color: "var(--ink)", fontFamily: "inherit", fontSize: "12px" },
    x: { type: "point", domain: rows.map((r) => r.period), label: null, padding: 0.4 },
    y: { label: unit, zero: true, grid: true, ticks: 4 },
    marks: [
      Plot.line(rows, { x: "period", y: "upper", stroke: "var(--bar)", strokeDasharray: "4 3" }),
      Plot.dot(rows, { x: "period", y: "upper", r: 6, fill: (r: Row) => (r.mark ? "var(--warn)" : "var(--bar)"), href: link, title, ariaLabel: title }),
      Plot.text(rows, { x: "period", y: "upper", text: (r: Row) => `${r.text} ${r.mark}`, dy: -13, fontWeight: 600, fill: "var(--ink)" }),
    ],
  });
}

function table(model: Model, statements: Statement[]): Node {
  const head = ["Number", "What it measures", "Of whom", "When", "About", "Words"];
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers with their sentences" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, head.map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", null, statements.map((s) =>
        h(
          "tr",
          { "data-statement": s.id },
          h("td", { class: "number" }, s.number ? figure(s.number) : ""),
          h("td", null, s.number?.measure ?? ""),
          h("td", null, s.number?.numerator ? `${s.number.numerator} of ${s.number.denominator}` : s.number?.population ?? ""),
          h("td", null, s.number?.period ?? ""),
          h("td", null, s.subject ? thing(model, s.subject) : ""),
          h("td", { class: "words" }, s.places.map((p) => quotation(model, s, p)), findingNotes(model, s), isStated(s) ? null : statusTag(s)),
        ),
      )),
    ),
  );
}

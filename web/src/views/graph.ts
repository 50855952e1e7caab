// Things and what joins them: a picture to move about in, filters, search, paths; and the same as a list.

import { h } from "../dom";
import { counted, fold, type Model } from "../model";
import { links, MANNERS, passes, path, type Link, type Manner, type Shown } from "../network";
import { draw, type Dot, type Palette, type Picture } from "../picture";
import { to, whenLeft } from "../router";
import { quotation, thing } from "../statement";

/** Kinds that look alike in the picture, with the shape and the custom property of their colour. */
const LOOKS: [string, string, Dot["shape"], string][] = [
  ["Person", "People", "ellipse", "--kind-person"],
  ["Organization", "Organizations", "round-rectangle", "--kind-organization"],
  ["Undertaking", "Undertakings, events", "diamond", "--kind-undertaking"],
  ["Place", "Places", "triangle", "--kind-place"],
  ["Document", "Documents", "rectangle", "--kind-document"],
  ["Entity", "Concepts, cohorts", "hexagon", "--kind-other"],
];

interface State {
  model: Model;
  all: Link[];
  shown: Shown;
  picture: Picture | undefined;
  side: HTMLElement;
  list: HTMLElement;
  told: HTMLElement;
  names: Map<string, string>;
}

export function graphView(model: Model, query: URLSearchParams): HTMLElement {
  const all = links(model);
  const kinds = [...new Set(model.content.entities.map((e) => e.kind))].sort();
  const relations = [...new Set(all.map((l) => l.relation))].sort();
  const state: State = {
    model,
    all,
    shown: { kinds: new Set(kinds), relations: new Set(relations), manners: new Set(["fact", "claim", "unstated"]) },
    picture: undefined,
    side: h("div", { class: "graph-side", "aria-live": "polite" }),
    list: h("div", { class: "graph-list" }),
    told: h("p", { class: "quiet", role: "status" }),
    names: new Map(model.content.entities.map((e) => [fold(e.name), e.id])),
  };
  const box = h("div", { class: "picture", role: "img", "aria-label": "Picture of the graph; the list below has the same relations" });
  const start = (): void => {
    state.picture?.close();
    state.picture = draw(box, dots(model, all), lines(model, all), palette(), (id) => focus(state, id), query.get("draw") === "webgl" || undefined);
    refresh(state);
    state.picture.fit();
    const wanted = query.get("focus");
    if (wanted && model.entity.has(wanted)) focus(state, wanted);
  };
  const view = h(
    "div",
    { class: "graph-view" },
    h("h1", { tabindex: -1 }, "Graph"),
    h("details", { class: "filters", open: matchMedia("(min-width: 60rem)").matches }, h("summary", null, "Filters and legend"), filterForm(state, kinds, relations)),
    h("div", { class: "graph-main" }, tools(state), box, state.told),
    state.side,
    h("details", { class: "as-list" }, h("summary", null, "The same as a list"), state.list),
  );
  requestAnimationFrame(() => box.isConnected && start());
  window.addEventListener("themechange", start);
  whenLeft(() => {
    window.removeEventListener("themechange", start);
    state.picture?.close();
  });
  return view;
}

function look(model: Model, id: string): (typeof LOOKS)[number] {
  const kinds = model.entity.get(id)?.kinds ?? [];
  return LOOKS.find(([kind]) => kinds.includes(kind)) ?? (LOOKS[LOOKS.length - 1] as (typeof LOOKS)[number]);
}

function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function palette(): Palette {
  const names: Manner[] = ["fact", "claim", "unstated", "inferred"];
  return { ink: css("--ink"), paper: css("--paper"), lines: Object.fromEntries(names.map((m) => [m, css(`--line-${m}`)])) as Palette["lines"] };
}

function dots(model: Model, all: Link[]): Dot[] {
  const degree = new Map<string, number>();
  for (const { source, target } of all) for (const id of [source, target]) degree.set(id, (degree.get(id) ?? 0) + 1);
  return model.content.entities.map((e) => {
    const [, , shape, color] = look(model, e.id);
    return { id: e.id, label: e.name.length > 42 ? `${e.name.slice(0, 41)}…` : e.name, color: css(color), shape, size: 14 + Math.min(26, 4 * Math.sqrt(degree.get(e.id) ?? 0)), x: e.at[0], y: e.at[1] };
  });
}

function lines(model: Model, all: Link[]): { id: string; source: string; target: string; label: string; manner: Manner }[] {
  return all.map((l) => ({ id: l.id, source: l.source, target: l.target, label: model.label(l.relation), manner: l.manner }));
}

/** Draw what passes the filters; things that nothing joins stand only while all relations are shown. */
function refresh(state: State): void {
  const { model, all, shown } = state;
  const kept = all.filter((l) => passes(model, l, shown));
  const joined = new Set(kept.flatMap((l) => [l.source, l.target]));
  const nodes = new Set(model.content.entities.filter((e) => shown.kinds.has(e.kind) && joined.has(e.id)).map((e) => e.id));
  state.picture?.show(nodes, new Set(kept.map((l) => l.id)));
  state.picture?.point(new Set(), new Set());
  state.told.textContent = `${counted(nodes.size, "thing")}, ${counted(kept.length, "link")}`;
  state.told.dataset.nodes = String(nodes.size);
  state.list.replaceChildren(h("ul", null, kept.slice(0, 500).map((l) => h("li", null, thing(model, l.source), ` ${model.label(l.relation)} `, thing(model, l.target), l.manner === "fact" ? "" : ` (${MANNERS[l.manner].split(":")[0]?.toLowerCase()})`))));
}

function focus(state: State, id: string): void {
  const { model, all, shown } = state;
  const near = all.filter((l) => (l.source === id || l.target === id) && passes(model, l, shown));
  state.picture?.point(new Set([id, ...near.flatMap((l) => [l.source, l.target])]), new Set(near.map((l) => l.id)));
  state.picture?.center(id);
  const entity = model.entity.get(id);
  state.side.replaceChildren(
    h("h2", null, thing(model, id)),
    h("p", { class: "kind" }, model.label(entity?.kind ?? "")),
    h("ul", { class: "items" }, near.map((l) => h("li", { class: `item ${l.manner}` }, step(model, l, id)))),
    h("p", null, h("button", { onclick: () => (refresh(state), state.side.replaceChildren()) }, "Show all again")),
  );
}

function step(model: Model, link: Link, from?: string): Node[] {
  const s = link.statements[0];
  const text = h("p", { class: "item-head" }, link.source === from ? "" : thing(model, link.source), h("i", null, ` ${model.label(link.relation)} `), link.target === from ? model.nameOf(link.target) : thing(model, link.target), link.manner === "fact" ? "" : h("small", null, ` ${MANNERS[link.manner].split(":")[0]?.toLowerCase()}`));
  return [text, ...(s ? [h("details", null, h("summary", null, counted(link.statements.length, "statement")), link.statements.slice(0, 3).flatMap((one) => one.places.map((p) => quotation(model, one, p))))] : [])];
}

function tools(state: State): HTMLElement {
  const { model, names } = state;
  const list = h("datalist", { id: "things" }, model.content.entities.map((e) => h("option", { value: e.name })));
  const find = h("input", { name: "find", list: "things", autocomplete: "off" });
  const from = h("input", { name: "from", list: "things", autocomplete: "off" });
  const goal = h("input", { name: "to", list: "things", autocomplete: "off" });
  const named = (text: string): string | undefined => names.get(fold(text)) ?? model.content.entities.find((e) => text && e.names.some((n) => fold(n).includes(fold(text))))?.id;
  const button = (label: string, name: string, act: () => void): Node => h("button", { type: "button", "aria-label": name, title: name, onclick: act }, label);
  return h(
    "div",
    { class: "tools" },
    list,
    h("form", { class: "row", onsubmit: (e: Event) => (e.preventDefault(), seek(state, named(find.value), find.value)) }, h("label", null, "Find ", find), h("button", null, "Go"), button("+", "Zoom in", () => state.picture?.zoom(1.4)), button("−", "Zoom out", () => state.picture?.zoom(1 / 1.4)), button("▢", "Whole picture", () => state.picture?.fit())),
    h("form", { class: "row", name: "path", onsubmit: (e: Event) => (e.preventDefault(), join(state, named(from.value), named(goal.value))) }, h("label", null, "Path from ", from), h("label", null, "to ", goal), h("button", null, "Find path")),
  );
}

function seek(state: State, id: string | undefined, text: string): void {
  if (id) focus(state, id);
  else state.side.replaceChildren(h("p", null, `Nothing is called “${text}”.`));
}

function join(state: State, from: string | undefined, goal: string | undefined): void {
  if (!from || !goal) {
    state.side.replaceChildren(h("p", null, "Name two things that are in the graph."));
    return;
  }
  const steps = path(state.all.filter((l) => passes(state.model, l, state.shown)), from, goal);
  state.picture?.point(new Set([from, goal, ...steps.flatMap((l) => [l.source, l.target])]), new Set(steps.map((l) => l.id)));
  state.side.replaceChildren(
    h("h2", null, `${state.model.nameOf(from)} → ${state.model.nameOf(goal)}`),
    steps.length ? h("ol", { class: "path items" }, steps.map((l) => h("li", { class: `item ${l.manner}` }, step(state.model, l)))) : h("p", null, "No path within what is shown."),
    h("p", null, h("button", { onclick: () => (refresh(state), state.side.replaceChildren()) }, "Show all again")),
  );
}

function filterForm(state: State, kinds: string[], relations: string[]): HTMLElement {
  const { model, shown, all } = state;
  const box = (set: Set<string>, value: string, label: string, sample: Node | null = null): Node =>
    h("label", null, h("input", { type: "checkbox", name: value, checked: set.has(value), onchange: (e: Event) => ((e.target as HTMLInputElement).checked ? set.add(value) : set.delete(value), refresh(state)) }), " ", sample, ` ${label}`);
  const kindBoxes = LOOKS.map(([kind, title, shape, color]) => {
    const own = kinds.filter((k) => look(model, model.content.entities.find((e) => e.kind === k)?.id ?? "")[0] === kind);
    return own.length ? h("div", { class: "kinds" }, h("p", { class: `legend-kind ${shape} ${color.slice(2)}` }, title), own.map((k) => box(shown.kinds, k, model.label(k)))) : null;
  });
  return h(
    "form",
    { onsubmit: (e: Event) => e.preventDefault() },
    h("fieldset", null, h("legend", null, "Facts and claims"), (Object.keys(MANNERS) as Manner[]).filter((m) => all.some((l) => l.manner === m)).map((m) => box(shown.manners, m, MANNERS[m], h("span", { class: `line ${m}`, "aria-hidden": "true" })))),
    h("fieldset", null, h("legend", null, "Kinds"), kindBoxes),
    h("fieldset", null, h("legend", null, "Relations"), relations.map((r) => box(shown.relations, r, model.label(r)))),
    h("p", null, h("a", { href: to("things") }, "All things as a list")),
  );
}

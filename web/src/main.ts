// The frame of all pages, and which address shows which.

import "./styles.css";
import { bringText } from "./data";
import { clear, h } from "./dom";
import { makeModel, type Model } from "./model";
import { current, leave, to } from "./router";
import type { Content } from "./types";
import { documentView } from "./views/document";
import { entityView } from "./views/entity";
import { findingsView } from "./views/findings";
import { graphView } from "./views/graph";
import { homeView, thingsView } from "./views/home";
import { licencesView } from "./views/licences";
import { numbersView } from "./views/numbers";
import { questionsView, questionView } from "./views/questions";
import { searchView } from "./views/search";
import { sparqlView } from "./views/sparql";
import { timelineView } from "./views/timeline";

const SECTIONS: [string, string][] = [
  ["", "Documents"],
  ["things", "Things"],
  ["graph", "Graph"],
  ["numbers", "Numbers"],
  ["timeline", "Timeline"],
  ["questions", "Questions"],
  ["sparql", "SPARQL"],
  ["findings", "Findings"],
];

/** The page at an address. */
function view(model: Model): HTMLElement {
  const { path, query } = current();
  const number = model.documentNumber.get(path);
  if (number !== undefined) return documentView(model, number);
  const entity = model.entity.get(path);
  if (entity) return entityView(model, entity);
  const statement = model.statement.get(path);
  if (statement) return documentView(model, statement.places[0]?.[0] ?? 0, path);
  const question = model.content.questions.find((q) => path === `questions/${q.name}`);
  if (question) return questionView(model, question, query);
  const pages: Record<string, () => HTMLElement> = {
    "": () => homeView(model),
    things: () => thingsView(model),
    graph: () => graphView(model, query),
    numbers: () => numbersView(model),
    timeline: () => timelineView(model),
    questions: () => questionsView(model),
    sparql: () => sparqlView(model, query),
    findings: () => findingsView(model),
    search: () => searchView(model, query.get("q") ?? ""),
    licences: () => licencesView(),
  };
  const found = pages[path];
  return found ? found() : h("div", null, h("h1", { tabindex: -1 }, "Nothing here"), h("p", null, "There is no ", h("code", null, path), ". ", h("a", { href: "#/" }, "Start over")));
}

function frame(model: Model, main: HTMLElement): Node[] {
  const search = h("input", { type: "search", name: "q", placeholder: "Names, statements, texts", "aria-label": "Search", autocomplete: "off" });
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => location.replace(to("search", { q: search.value })), 200);
  });
  const theme = h("button", { class: "theme", "aria-label": "Light or dark", title: "Light or dark", onclick: () => switchTheme() }, "◐");
  return [
    h("a", { class: "skip", href: "#main", onclick: (e: Event) => (e.preventDefault(), main.focus()) }, "Skip to the page"),
    h(
      "header",
      { class: "site" },
      h("a", { class: "brand", href: "#/" }, "Accord"),
      h("nav", { "aria-label": "Main" }, SECTIONS.map(([path, label]) => h("a", { href: to(path), "data-section": path }, label))),
      h("form", { role: "search", onsubmit: (e: Event) => (e.preventDefault(), location.assign(to("search", { q: search.value }))) }, search),
      theme,
    ),
    main,
    h("footer", { class: "site" }, `Read from ${model.content.documents.length === 1 ? "one document" : `${model.content.documents.length} documents`} by Accord. `, h("a", { href: "contents.html" }, "Plain pages"), " · ", h("a", { href: to("licences") }, "Licences")),
  ];
}

function switchTheme(): void {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  window.dispatchEvent(new Event("themechange"));
}

function show(model: Model, main: HTMLElement, first: boolean): void {
  leave();
  clear(main);
  const searching = document.activeElement instanceof HTMLInputElement && document.activeElement.name === "q";
  main.append(view(model));
  const section = current().path.split("/")[0];
  for (const link of document.querySelectorAll<HTMLElement>("[data-section]")) {
    if (link.dataset.section === section || (link.dataset.section === "" && section === "document")) {
      link.setAttribute("aria-current", "page");
      if (link.parentElement) link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.offsetLeft - 40;
    }
    else link.removeAttribute("aria-current");
  }
  const heading = main.querySelector("h1");
  document.title = `${heading?.textContent ?? ""} – Accord`;
  if (!first && !searching) {
    heading?.focus({ preventScroll: true });
    if (!main.querySelector(".text .chosen")) scrollTo(0, 0);
  }
}

async function start(): Promise<void> {
  const app = document.getElementById("app");
  if (!app) return;
  try {
    const model = makeModel(JSON.parse(await bringText("content", "data/content.js")) as Content);
    const main = h("main", { id: "main", tabindex: -1 });
    clear(app);
    app.append(...frame(model, main));
    window.addEventListener("hashchange", () => show(model, main, false));
    show(model, main, true);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  } catch (error) {
    app.replaceChildren(h("p", { role: "alert" }, `The pages could not be opened: ${String(error)}`));
  }
}

void start();

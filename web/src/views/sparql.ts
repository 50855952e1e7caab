// An editor for SPARQL over the whole dataset, in the page.

import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { answerTable, keep } from "../answer";
import { h } from "../dom";
import { ask, wholeDataset } from "../engine";
import type { Model } from "../model";
import { whenLeft } from "../router";
import { message } from "./questions";

const EXAMPLE = `PREFIX acc: <https://w3id.org/accord/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?person ?relation ?thing ?sentence WHERE {
  ?statement a acc:Assertion ; acc:status acc:Asserted ; acc:excerpt ?sentence ;
    rdf:subject ?s ; rdf:predicate ?relation ; rdf:object ?o .
  ?s a acc:Person ; skos:prefLabel ?person .
  ?o skos:prefLabel ?thing .
}
ORDER BY ?person
LIMIT 25
`;
/** Formats of the whole dataset; those without names of graphs hold the union. */
const WHOLE: [string, string, boolean][] = [["nq", "application/n-quads", true], ["trig", "application/trig", true], ["ttl", "text/turtle", false], ["jsonld", "application/ld+json", true]];

let last = "";

export function sparqlView(model: Model, query: URLSearchParams): HTMLElement {
  const box = h("div", { class: "editor" });
  const place = h("div", { class: "place", "aria-live": "polite" });
  let read = (): string => last;
  const run = async (): Promise<void> => {
    last = read();
    place.replaceChildren(h("p", { class: "quiet" }, "Asking …"));
    try {
      place.replaceChildren(answerTable(model, await ask(last, model.content.prefixes), "answer"));
    } catch (error) {
      place.replaceChildren(h("p", { role: "alert", class: "bad" }, message(error)));
    }
  };
  const view = h(
    "div",
    { class: "sparql-view" },
    h("h1", { tabindex: -1 }, "SPARQL"),
    h("p", { class: "lead" }, `${model.content.quads.toLocaleString("en")} quads in this page. The default graph is the union of all; prefixes of Accord need no declaration. Ctrl-Enter runs, Escape leaves the editor.`),
    box,
    h("p", null, h("button", { class: "primary run", onclick: () => void run() }, "Run")),
    place,
    h("p", { class: "downloads" }, "The whole dataset as ", WHOLE.map(([format, media, named], i) => [i ? " · " : "", h("button", { class: "link", onclick: () => void whole(format, media, named) }, format.toUpperCase())])),
  );
  requestAnimationFrame(() => {
    if (!box.isConnected) return;
    const editor = edit(box, query.get("query") || last || EXAMPLE, run);
    read = () => editor.getValue();
    whenLeft(() => (last = editor.getValue()));
  });
  return view;
}

function edit(box: HTMLElement, text: string, run: () => void): Yasqe {
  // Completion by prefix.cc and LOV, storage, sharing: all of that would leave the page.
  Yasqe.defaults.autocompleters = ["variables"];
  const editor = new Yasqe(box, { persistenceId: null, showQueryButton: false, resizeable: false, createShareableLink: null as never, autofocus: false, tabSize: 2, lineWrapping: true, value: text, viewportMargin: Infinity } as never);
  editor.setValue(text);
  (editor as unknown as { setOption: (name: string, value: object) => void }).setOption("extraKeys", { "Ctrl-Enter": () => run(), "Cmd-Enter": () => run(), Esc: () => editor.getInputField().blur(), Tab: false, "Shift-Tab": false });
  editor.getInputField().setAttribute("aria-label", "SPARQL query");
  box.querySelector(".CodeMirror-scroll")?.setAttribute("tabindex", "0");
  return editor;
}

async function whole(format: string, media: string, named: boolean): Promise<void> {
  keep(`dataset.${format}`, media, await wholeDataset(media, named));
}

// Whose work these pages are made of.

import { h } from "../dom";

declare const LICENCES: { name: string; version: string; licence: string; author: string }[];

export function licencesView(): HTMLElement {
  return h(
    "div",
    null,
    h("h1", { tabindex: -1 }, "Licences"),
    h("p", null, "Accord is under the Apache License 2.0. The pages contain these works; ", h("a", { href: "assets/licences.txt" }, "their licences in full"), "."),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Licences" }, h("table", null, h("thead", null, h("tr", null, ["Package", "Version", "Licence"].map((t) => h("th", { scope: "col" }, t)))), h("tbody", null, LICENCES.map((l) => h("tr", null, h("td", null, l.name), h("td", null, l.version), h("td", null, l.licence)))))),
  );
}

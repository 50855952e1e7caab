// What all tests of the pages share: one browser, pages that note what goes wrong, and the sites under test.
//
// ACCORD_SITES names a JSON file: sites by name, each with its folder, its dataset and what questions answer.

import { readFileSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

export const sites = JSON.parse(readFileSync(process.env.ACCORD_SITES, "utf8"));
export const PICTURES = process.env.ACCORD_PICTURES;
mkdirSync(PICTURES, { recursive: true });

let browser;
export async function launch() {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
}
export async function quit() {
  await browser.close();
}

/** A page whose `wrong` lists errors of the console, of scripts, and requests that leave the folder of the site. */
export async function newPage(site, { width = 1440, height = 900, scheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, acceptDownloads: true });
  const page = await context.newPage();
  page.wrong = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && !m.text().includes("GL Driver Message") && page.wrong.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => page.wrong.push(`script: ${e.message}`));
  page.on("dialog", (d) => (page.wrong.push(`dialog: ${d.message()}`), d.dismiss()));
  page.on("request", (r) => {
    const url = r.url();
    if (!url.startsWith(`file://${site.folder}/`) && !/^(blob|data):/.test(url)) page.wrong.push(`request: ${url}`);
  });
  page.site = site;
  return page;
}

/** Open an address of the site in a fresh document. */
export async function open(page, path = "") {
  await page.goto("about:blank");
  await page.goto(`file://${page.site.folder}/index.html#/${path}`);
  await page.waitForSelector("html[data-ready]");
  return Number(await page.evaluate(() => document.documentElement.dataset.ready));
}

export async function close(page) {
  await page.context().close();
}

/** Every page of the program, with one document, one statement, one thing and one question. */
export function addresses(site) {
  return ["", site.document, site.statement, site.entity, "things", "graph", "numbers", "timeline", "questions", `questions/${site.question}`, "sparql", "findings", `search?q=${site.word}`, "licences"];
}

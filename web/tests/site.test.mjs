import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import oxigraph from "oxigraph";
import { addresses, close, launch, newPage, open, PICTURES, quit, sites } from "./pages.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OA = "http://www.w3.org/ns/oa#";
const ACC = "https://w3id.org/accord/ns#";

before(launch);
after(quit);

/** Statement → its quoted words, sorted, as the dataset itself has them. */
function quoted(site) {
  const store = new oxigraph.Store();
  store.load(readFileSync(site.dataset, "utf8"), { format: "application/n-quads", lenient: true });
  const rows = store.query(
    `SELECT ?s ?exact ?start { GRAPH ?g { ?s <${ACC}excerpt> ?e ; <${OA}hasTarget> ?t } GRAPH ?h { ?t <${OA}hasSelector> ?q, ?p . ?q <${OA}exact> ?exact . ?p <${OA}start> ?start } }`,
  );
  const found = new Map();
  for (const row of rows) {
    const id = row.get("s").value;
    found.set(id, [...(found.get(id) ?? []), row.get("exact").value].sort());
  }
  return found;
}

for (const name of ["seeds", "ten"]) {
  test(`every statement of ${name} is in the pages, and its marked words are those of the dataset`, async () => {
    const site = sites[name];
    const expected = quoted(site);
    const page = await newPage(site);
    await open(page);
    const documents = await page.$$eval(".documents a", (links) => links.map((a) => a.getAttribute("href").slice(2)));
    const found = new Map();
    for (const document of documents) {
      await open(page, document);
      const marked = await page.$$eval(".text [data-over]", (marks) => marks.map((m) => [m.dataset.over, m.textContent]));
      const words = new Map();
      for (const [over, text] of marked) for (const place of over.split(" ")) words.set(place, (words.get(place) ?? "") + text);
      for (const [place, text] of words) {
        const id = site.base + place.slice(0, place.lastIndexOf("#"));
        found.set(id, [...(found.get(id) ?? []), text].sort());
      }
    }
    const same = [...expected].filter(([id, words]) => JSON.stringify(found.get(id)) === JSON.stringify(words)).length;
    console.log(`${name}: ${expected.size} statements in dataset.nq, ${found.size} in the pages, ${same} with exactly their words`);
    assert.ok(expected.size > 100);
    assert.equal(found.size, expected.size);
    assert.equal(same, expected.size);
    assert.deepEqual(page.wrong, []);
    await close(page);
  });
}

test("every statement has an address that shows it in its place", async () => {
  const page = await newPage(sites.seeds);
  const expected = quoted(sites.seeds);
  await open(page);
  let shown = 0;
  for (const [iri, words] of expected) {
    const id = iri.slice(sites.seeds.base.length);
    await page.evaluate((hash) => (location.hash = hash), `/${id}`);
    await page.waitForSelector(`.panel [data-statement="${id}"]`);
    const exact = await page.$$eval(`.panel [data-statement="${id}"] .exact`, (parts) => parts.map((p) => p.textContent).sort());
    assert.deepEqual(exact, words, id);
    shown += (await page.$$(".text .chosen")).length > 0 ? 1 : 0;
  }
  console.log(`seeds: ${shown} of ${expected.size} statements shown at their own address`);
  assert.equal(shown, expected.size);
  assert.deepEqual(page.wrong, []);
  await close(page);
});

test("the program evaluates no text", () => {
  const program = readFileSync(`${sites.seeds.folder}/assets/app.js`, "utf8");
  assert.deepEqual(program.match(/\beval\s*\(/g) ?? [], []);
  assert.equal(program.includes("document.write"), false);
});

test("ready in time", async () => {
  const limits = { seeds: 2000, large: 5000 };
  for (const [name, limit] of Object.entries(limits)) {
    const page = await newPage(sites[name]);
    const times = [];
    for (let i = 0; i < 3; i++) times.push(await open(page));
    times.sort((a, b) => a - b);
    console.log(`${name}: ${sites[name].quads} quads, ${(sites[name].bytes / 1e6).toFixed(2)} MB, ready in ${times.join(", ")} ms`);
    assert.ok(times[1] <= limit, `${name}: ${times}`);
    assert.deepEqual(page.wrong, []);
    await close(page);
  }
});

test("a click on marked words tells what they state, and leads to the thing", async () => {
  const page = await newPage(sites.seeds);
  await open(page, sites.seeds.document);
  const mark = page.locator(".text [data-over]").first();
  const words = await mark.textContent();
  await mark.click();
  const card = page.locator(".panel .card").first();
  assert.ok((await card.locator(".exact").first().textContent()).includes(words.trim()));
  assert.match(await card.textContent(), /Speaker/);
  assert.match(await card.textContent(), /confidence/);
  const link = page.locator(".panel .card .sides a").first();
  const thing = await link.textContent();
  await link.click();
  await page.waitForFunction((name) => document.querySelector("h1")?.textContent === name, thing);
  assert.ok((await page.$$(".item blockquote")).length > 0);
  assert.equal(await page.locator('script[type="application/ld+json"]').count(), 1);
  assert.equal(JSON.parse(await page.locator('script[type="application/ld+json"]').textContent())["skos:prefLabel"], thing);
  assert.deepEqual(page.wrong, []);
  await close(page);
});

test("filters of a document hide what they name, and denied statements look different", async () => {
  const page = await newPage(sites.seeds);
  await open(page, sites.seeds.denied);
  const denied = page.locator(".text .is-denied");
  assert.equal(await denied.first().getAttribute("data-flag") ?? await denied.last().getAttribute("data-flag"), "denied");
  const before = await page.locator(".text .on-number").count();
  assert.ok(before > 0);
  await page.locator('.filters input[name="number"]').uncheck();
  assert.equal(await page.locator(".text .on-number").count(), 0);
  await page.locator('.filters input[name="Denied"]').uncheck();
  assert.equal(await denied.count(), 0);
  await close(page);
});

test("all canned questions answer in the page as kg query does", async () => {
  const page = await newPage(sites.seeds);
  await open(page);
  let rows = 0;
  const { questions } = sites.seeds;
  assert.equal(questions.length, 36);
  for (const { name, given, expected } of questions) {
    await page.evaluate((hash) => (location.hash = hash), `/questions/${name}?${new URLSearchParams(given)}`);
    await page.waitForFunction((path) => location.hash.startsWith(path) && document.querySelector(".place .answer, .place .bad"), `#/questions/${name}`);
    assert.equal(await page.locator(".place .bad").count(), 0, name);
    const shown = await page.$$eval(".place .answer tbody tr", (all) =>
      all.map((tr) => [...tr.children].map((td) => (td.querySelector(".source")?.remove(), td.textContent.trim()))),
    );
    assert.deepEqual(shown, expected.map((row) => row.map((value) => (value ?? "").trim())), name);
    rows += expected.length;
    await page.evaluate(() => (location.hash = "/licences"));
    await page.waitForFunction(() => !document.querySelector(".place"));
  }
  console.log(`${questions.length} questions, ${rows} rows, as kg query gives them`);
  assert.deepEqual(page.wrong, []);
  await close(page);
});

test("SPARQL runs in the page and is kept as CSV, Turtle and JSON-LD", async () => {
  const page = await newPage(sites.seeds);
  await open(page, "sparql");
  await page.locator(".editor .CodeMirror").waitFor();
  const run = async (query) => {
    await page.evaluate((text) => document.querySelector(".editor .CodeMirror").CodeMirror.setValue(text), query);
    await page.locator(".run").click();
    await page.waitForFunction(() => document.querySelector(".place .answer, .place .bad"));
  };
  const keep = async (format) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator(`.downloads [data-format="${format}"]`).click()]);
    return readFileSync(await file.path(), "utf8");
  };
  await run("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }");
  assert.equal(await page.locator(".answer td").first().textContent(), String(sites.seeds.quads));
  assert.equal(await keep("csv"), `n\r\n${sites.seeds.quads}\r\n`);
  await run("CONSTRUCT { ?p a acc:Person ; skos:prefLabel ?n } WHERE { ?p a acc:Person ; skos:prefLabel ?n }");
  for (const [format, media] of [["ttl", "text/turtle"], ["jsonld", "application/ld+json"]]) {
    const store = new oxigraph.Store();
    store.load(await keep(format), { format: media });
    assert.ok(store.size >= 2, format);
  }
  await run("SELECT nonsense");
  assert.ok(await page.locator(".place [role=alert]").count());
  await run("DELETE WHERE { ?s ?p ?o }");
  assert.ok(await page.locator(".place [role=alert]").count());
  assert.deepEqual(page.wrong, []);
  await close(page);
});

test("the graph is filtered, searched, and has paths", async () => {
  const page = await newPage(sites.seeds);
  await open(page, "graph");
  const told = page.locator("[data-nodes]");
  await told.waitFor();
  const all = Number(await told.getAttribute("data-nodes"));
  assert.ok(all > 10);
  await page.locator('.filters input[name="Person"]').uncheck();
  const fewer = Number(await told.getAttribute("data-nodes"));
  assert.ok(fewer < all);
  await page.locator('.filters input[name="Person"]').check();
  await page.locator('input[name="from"]').fill(sites.seeds.path[0]);
  await page.locator('input[name="to"]').fill(sites.seeds.path[1]);
  await page.locator("text=Find path").last().click();
  assert.ok((await page.locator(".path li").count()) >= 1);
  await page.locator(".path summary").first().click();
  assert.ok(await page.locator(".path blockquote").first().isVisible());
  assert.deepEqual(page.wrong, []);
  await close(page);
});

test("many things are drawn in time, and by WebGL too", async () => {
  for (const [site, path] of [[sites.large, "graph"], [sites.large, "graph?draw=webgl"]]) {
    const page = await newPage(site);
    await open(page, "licences");
    const began = Date.now();
    await page.evaluate((hash) => (location.hash = hash), `/${path}`);
    await page.locator("[data-nodes]").waitFor();
    const all = Number(await page.locator("[data-nodes]").getAttribute("data-nodes"));
    console.log(`${path}: ${all} things drawn in ${Date.now() - began} ms`);
    assert.ok(Date.now() - began < 15_000);
    assert.ok(await page.locator(".picture canvas").count());
    await page.locator('.filters input[name="Person"]').uncheck();
    assert.ok(Number(await page.locator("[data-nodes]").getAttribute("data-nodes")) < all);
    assert.deepEqual(page.wrong, []);
    await close(page);
  }
});

test("a chart leads from its bar to the sentence", async () => {
  const page = await newPage(sites.seeds);
  await open(page, "numbers");
  const bar = page.locator(".chart svg a").first();
  await bar.waitFor();
  const address = await bar.evaluate((a) => a.getAttribute("href") ?? a.getAttributeNS("http://www.w3.org/1999/xlink", "href"));
  assert.ok(await page.locator("figure table").count());
  assert.ok((await page.locator(".chart svg text").allTextContents()).some((t) => t.includes("▲")), "a finding is marked");
  await bar.click();
  await page.waitForSelector(`.panel [data-statement="${address.slice(2)}"]`);
  assert.deepEqual(page.wrong, []);
  await close(page);
});

test("the keyboard alone is enough", async () => {
  const page = await newPage(sites.seeds);
  await open(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the page");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const reach = async (selector) => {
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
    }
    assert.fail(`Tab never comes to ${selector}`);
  };
  await reach(".documents a");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".text");
  await reach(".text [data-over]");
  const first = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.evaluate(() => document.activeElement.textContent), first);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".panel.open .card");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".panel")));
  await page.keyboard.press("Escape");
  await page.waitForSelector(".panel:not(.open)");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".text [data-over]")));
  await reach("header input[type=search], footer a");
  await close(page);
});

test("the search finds names, statements and texts", async () => {
  const page = await newPage(sites.seeds);
  await open(page);
  await page.locator("header input[type=search]").fill(sites.seeds.word);
  await page.waitForSelector(".search-view .hits");
  assert.deepEqual((await page.locator(".search-view h2").allTextContents()).map((t) => t.split(" ")[0]), ["Things", "Statements", "Texts"]);
  assert.ok(await page.evaluate(() => document.activeElement.matches("header input")));
  await close(page);
});

for (const [width, scheme] of [[1440, "light"], [360, "light"], [1440, "dark"], [360, "dark"]]) {
  test(`all pages at ${width} px, ${scheme}: no overflow, nothing serious for axe`, async () => {
    const page = await newPage(sites.seeds, { width, height: width < 500 ? 780 : 900, scheme });
    for (const [i, path] of addresses(sites.seeds).entries()) {
      await open(page, path);
      await page.waitForTimeout(250);
      const name = `${String(i).padStart(2, "0")}-${(path || "home").split(/[/?]/).slice(0, path.startsWith("questions") ? 2 : 1).join("-")}-${width}-${scheme}`;
      await page.screenshot({ path: `${PICTURES}/${name}.png` });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${name} overflows`);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"], preload: false }));
      const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
      assert.deepEqual(serious.map((v) => `${name}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ""}`)}`), []);
    }
    assert.deepEqual(page.wrong, []);
    await close(page);
  });
}

test("what a hostile document says is text", async () => {
  const site = sites.hostile;
  const page = await newPage(site);
  for (const path of addresses(site)) {
    await open(page, path);
    await page.waitForTimeout(100);
    const links = await page.$$eval("a", (all) => all.map((a) => a.getAttribute("href") ?? ""));
    assert.deepEqual(links.filter((l) => /^\s*(javascript|data|vbscript):/i.test(l)), [], path);
    assert.equal(await page.evaluate(() => globalThis.broken), undefined, path);
    assert.equal(await page.locator("main img, main iframe, main script:not([type='application/ld+json'])").count(), 0, path);
  }
  await open(page, site.document);
  const text = await page.locator(".text").textContent();
  assert.ok(text.includes("<script>globalThis.broken = 1</script>"));
  assert.ok(text.includes("javascript:globalThis.broken=2"));
  for (const plain of site.plain) {
    await page.goto(`file://${site.folder}/${plain}`);
    assert.equal(await page.evaluate(() => document.querySelectorAll("img, iframe, main script").length), 0, plain);
  }
  assert.deepEqual(page.wrong, []);
  await close(page);
});

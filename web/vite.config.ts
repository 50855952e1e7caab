// One classic script and one style sheet: modules and fetched chunks cannot be opened from disk.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { dirname, join, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const OUT = resolve(import.meta.dirname, "../kg/_web");

interface Work {
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** The packages of the lock file that the pages are made of, with their licences. */
function works(): Work[] {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, "package-lock.json"), "utf8")) as { packages: Record<string, { dev?: boolean }> };
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.dev)
    .map(([path]) => work(join(import.meta.dirname, path)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function work(folder: string): Work {
  const told = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string; version: string; license?: string };
  const file = readdirSync(folder).filter((f) => /^(licen[cs]e|copying)/i.test(f)).sort()[0];
  return { name: told.name, version: told.version, licence: told.license ?? "see text", text: file ? readFileSync(join(folder, file), "utf8").trim() : `Licensed under ${told.license ?? "unknown terms"}.` };
}

/** What the policy of the pages forbids, by the end of the file's name: the code, and what stands for it.
 *
 * Plot writes a style sheet into each chart (app.css has those rules); an old stand-in for JSON in Yasqe evaluates text.
 */
const FORBIDDEN: [string, string, string][] = [
  ["@observablehq/plot/src/plot.js", 'svg.append("style").text(', "((_) => svg)("],
  ["@zazuko/yasqe/build/yasqe.esm.js", 'eval("(" + text + ")")', "JSON.parse(text)"],
];

function withoutForbidden(): Plugin {
  return {
    name: "without-forbidden",
    transform(code, id) {
      const found = FORBIDDEN.find(([file]) => id.endsWith(file));
      if (!found) return null;
      const [file, forbidden, instead] = found;
      if (!code.includes(forbidden)) throw new Error(`${file} has changed: look for what stood there as ${forbidden}`);
      return code.replace(forbidden, instead);
    },
  };
}

/** What lies beside the program: the SPARQL engine, packed as a script that hands it over, and the licences. */
function companions(list: Work[]): Plugin {
  return {
    name: "companions",
    writeBundle() {
      const engine = readFileSync(join(dirname(new URL(import.meta.resolve("oxigraph")).pathname), "web_bg.wasm"));
      writeFileSync(join(OUT, "oxigraph.js"), `accord("oxigraph","${gzipSync(engine, { level: 9 }).toString("base64")}")\n`);
      writeFileSync(join(OUT, "licences.txt"), list.map((w) => `${w.name} ${w.version} (${w.licence})\n\n${w.text}\n`).join(`\n${"-".repeat(78)}\n\n`));
      // Installed packed (kg/site/bundle.py): half the size.
      for (const name of readdirSync(OUT)) {
        writeFileSync(join(OUT, `${name}.gz`), gzipSync(readFileSync(join(OUT, name)), { level: 9 }));
        rmSync(join(OUT, name));
      }
    },
  };
}

const list = works();

export default defineConfig({
  logLevel: "warn",
  define: { LICENCES: JSON.stringify(list.map(({ name, version, licence }) => ({ name, version, licence }))), "process.env.NODE_ENV": '"production"' },
  plugins: [withoutForbidden(), companions(list)],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    assetsInlineLimit: 1 << 20,
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    lib: { entry: resolve(import.meta.dirname, "src/main.ts"), formats: ["iife"], name: "accordPages", fileName: () => "app.js", cssFileName: "app" },
  },
});

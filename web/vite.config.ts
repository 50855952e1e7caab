// One classic script and one style sheet: modules and fetched chunks cannot be opened from disk.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** Plot writes a style sheet into each chart, which the policy of the pages forbids; app.css has those rules. */
function plotWithoutStyle(): Plugin {
  return {
    name: "plot-without-style",
    transform(code, id) {
      if (!id.endsWith("@observablehq/plot/src/plot.js")) return null;
      const changed = code.replace('svg.append("style").text(', "((_) => svg)(");
      if (changed === code) throw new Error("Observable Plot has changed: look for its style element");
      return changed;
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
    },
  };
}

const list = works();

export default defineConfig({
  define: { LICENCES: JSON.stringify(list.map(({ name, version, licence }) => ({ name, version, licence }))), "process.env.NODE_ENV": '"production"' },
  plugins: [plotWithoutStyle(), companions(list)],
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

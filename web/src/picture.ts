// What draws the graph: cytoscape on a canvas, and WebGL (sigma) where there are more nodes than a canvas can move.

import cytoscape, { type Core, type StylesheetStyle } from "cytoscape";
import Graph from "graphology";
import Sigma from "sigma";
import type { Manner } from "./network";

export interface Dot {
  id: string;
  label: string;
  color: string;
  shape: cytoscape.Css.NodeShape;
  size: number;
  x: number;
  y: number;
}

export interface Line {
  id: string;
  source: string;
  target: string;
  label: string;
  manner: Manner;
}

export interface Picture {
  /** Draw these and no others. */
  show: (dots: Set<string>, lines: Set<string>) => void;
  /** Point out nodes and links, fading all others; nothing points out all. */
  point: (dots: Set<string>, lines: Set<string>) => void;
  center: (id: string) => void;
  zoom: (factor: number) => void;
  fit: () => void;
  close: () => void;
  nodes: () => number;
}

/** More nodes than these are drawn by WebGL. */
export const CANVAS_NODES = 3000;

export interface Palette {
  ink: string;
  paper: string;
  lines: Record<Manner, string>;
}

export function draw(box: HTMLElement, dots: Dot[], lines: Line[], palette: Palette, chosen: (id: string) => void, gl = dots.length > CANVAS_NODES): Picture {
  return gl ? drawGl(box, dots, lines, palette, chosen) : drawCanvas(box, dots, lines, palette, chosen);
}

const DASHES: Record<Manner, "solid" | "dashed" | "dotted"> = { fact: "solid", claim: "dashed", unstated: "dotted", inferred: "dotted" };

function drawCanvas(box: HTMLElement, dots: Dot[], lines: Line[], palette: Palette, chosen: (id: string) => void): Picture {
  const style: StylesheetStyle[] = [
    {
      selector: "node",
      style: { "background-color": "data(color)", shape: "data(shape)" as never, width: "data(size)", height: "data(size)", label: "data(label)", color: palette.ink, "font-size": "data(font)" as never, "font-family": "system-ui, sans-serif", "text-valign": "bottom", "text-margin-y": 3, "text-opacity": 0, "text-outline-color": palette.paper, "text-outline-width": 2, "border-width": 1, "border-color": palette.paper },
    },
    { selector: "node.named", style: { "text-opacity": 1 } },
    { selector: "edge", style: { width: 1.2, "curve-style": dots.length > 800 ? "straight" : "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.7, "line-color": palette.lines.fact, "target-arrow-color": palette.lines.fact, opacity: 0.75, "font-size": 9, color: palette.ink, "text-rotation": "autorotate", "text-outline-color": palette.paper, "text-outline-width": 2, "min-zoomed-font-size": 7 } },
    ...(Object.keys(DASHES) as Manner[]).map((m): StylesheetStyle => ({ selector: `edge.${m}`, style: { "line-style": DASHES[m], "line-color": palette.lines[m], "target-arrow-color": palette.lines[m] } })),
    { selector: "edge.pointed", style: { label: "data(label)", width: 2.5, opacity: 1, "z-index": 9 } },
    { selector: "node.pointed", style: { "border-width": 3, "border-color": palette.ink, "z-index": 10 } },
    { selector: ".faded", style: { opacity: 0.12, "text-opacity": 0.12 } },
    { selector: ".hidden", style: { display: "none" } },
  ];
  const cy: Core = cytoscape({
    container: box,
    elements: [
      ...dots.map((d) => ({ group: "nodes" as const, data: { ...d, font: 12 }, position: { x: d.x, y: d.y } })),
      ...lines.map((l) => ({ group: "edges" as const, data: { ...l }, classes: l.manner })),
    ],
    style,
    layout: { name: "preset" },
    minZoom: 0.03,
    maxZoom: 5,
    boxSelectionEnabled: false,
    autoungrabify: true,
  });
  let waiting = 0;
  const name = (): void => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => nameWhatFits(cy));
  };
  cy.on("viewport resize", name);
  cy.on("tap", "node", (event) => chosen(event.target.id() as string));
  return {
    show: (nodes, edges) =>
      cy.batch(() => {
        cy.nodes().forEach((n) => void n.toggleClass("hidden", !nodes.has(n.id())));
        cy.edges().forEach((e) => void e.toggleClass("hidden", !edges.has(e.id())));
        name();
      }),
    point: (nodes, edges) =>
      cy.batch(() => {
        const any = nodes.size > 0 || edges.size > 0;
        cy.nodes().forEach((n) => void n.toggleClass("pointed", nodes.has(n.id())).toggleClass("faded", any && !nodes.has(n.id())));
        cy.edges().forEach((e) => void e.toggleClass("pointed", edges.has(e.id())).toggleClass("faded", any && !edges.has(e.id())));
        name();
      }),
    center: (id) => {
      cy.zoom(Math.max(cy.zoom(), 1));
      cy.center(cy.getElementById(id));
    },
    zoom: (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }),
    fit: () => cy.fit(cy.elements(":visible"), 30),
    close: () => {
      cancelAnimationFrame(waiting);
      cy.destroy();
    },
    nodes: () => cy.nodes(":visible").length,
  };
}

/** Left, top, right, bottom on the screen. */
type Box = [number, number, number, number];

/** The cells of a grid that a box touches. */
function cells([left, top, right, bottom]: Box): string[] {
  const found: string[] = [];
  for (let x = Math.floor(left / 120); x <= Math.floor(right / 120); x++) {
    for (let y = Math.floor(top / 40); y <= Math.floor(bottom / 40); y++) found.push(`${x} ${y}`);
  }
  return found;
}

function take(taken: Map<string, Box[]>, box: Box): void {
  for (const cell of cells(box)) {
    const boxes = taken.get(cell);
    if (boxes) boxes.push(box);
    else taken.set(cell, [box]);
  }
}

function isFree(taken: Map<string, Box[]>, box: Box): boolean {
  return cells(box).every((c) => (taken.get(c) ?? []).every((o) => box[2] <= o[0] || o[2] <= box[0] || box[3] <= o[1] || o[3] <= box[1]));
}

/** Names of one size on the screen, where they fit; what is pointed out first, then the largest. */
function nameWhatFits(cy: Core): void {
  if (cy.destroyed()) return;
  const zoom = cy.zoom();
  const taken = new Map<string, Box[]>();
  const nodes = cy.nodes(":visible").sort((a, b) => Number(b.hasClass("pointed")) - Number(a.hasClass("pointed")) || Number(b.data("size")) - Number(a.data("size")));
  const named = new Set<string>();
  cy.batch(() => {
    nodes.forEach((node) => {
      const { x, y } = node.renderedPosition();
      const half = (Number(node.data("size")) * zoom) / 2;
      if (half > 4) take(taken, [x - half, y - half, x + half, y + half]);
    });
    nodes.forEach((node) => {
      const { x, y } = node.renderedPosition();
      const half = String(node.data("label")).length * 3.3;
      const top = y + (Number(node.data("size")) * zoom) / 2 + 2;
      const box: Box = [x - half, top, x + half, top + 14];
      if (!node.hasClass("pointed") && (node.hasClass("faded") || !isFree(taken, box))) return;
      take(taken, box);
      named.add(node.id());
      node.addClass("named").data("font", 12 / zoom);
    });
    cy.nodes(".named").forEach((node) => void (named.has(node.id()) || node.removeClass("named")));
  });
}

function drawGl(box: HTMLElement, dots: Dot[], lines: Line[], palette: Palette, chosen: (id: string) => void): Picture {
  const graph = new Graph({ multi: true, type: "directed" });
  for (const d of dots) graph.addNode(d.id, { label: d.label, x: d.x, y: -d.y, size: d.size / 6, color: d.color });
  for (const l of lines) graph.addEdgeWithKey(l.id, l.source, l.target, { size: 0.7, color: palette.lines[l.manner], type: "line" });
  let nodes = new Set(dots.map((d) => d.id));
  let edges = new Set(lines.map((l) => l.id));
  let pointed = new Set<string>();
  let pointedEdges = new Set<string>();
  const sigma = new Sigma(graph, box, {
    labelColor: { color: palette.ink },
    labelDensity: 0.5,
    labelRenderedSizeThreshold: 5,
    allowInvalidContainer: true,
    nodeReducer: (id, data) => ({ ...data, hidden: !nodes.has(id), ...(pointed.size && !pointed.has(id) ? { color: "#8886", label: null } : {}), ...(pointed.has(id) ? { forceLabel: true, zIndex: 1 } : {}) }),
    edgeReducer: (id, data) => ({ ...data, hidden: !edges.has(id) || (pointed.size > 0 && !pointedEdges.has(id)), ...(pointedEdges.has(id) ? { size: 2 } : {}) }),
  });
  sigma.on("clickNode", ({ node }) => chosen(node));
  return {
    show: (n, e) => {
      nodes = n;
      edges = e;
      sigma.refresh();
    },
    point: (n, e) => {
      pointed = n;
      pointedEdges = e;
      sigma.refresh();
    },
    center: (id) => {
      const at = sigma.getNodeDisplayData(id);
      if (at) sigma.getCamera().setState({ x: at.x, y: at.y, ratio: 0.15 });
    },
    zoom: (factor) => sigma.getCamera().setState({ ratio: sigma.getCamera().ratio / factor }),
    fit: () => sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1 }),
    close: () => sigma.kill(),
    nodes: () => nodes.size,
  };
}

// The graph of things and what joins them, before anything is drawn: links with their statements, filters, paths.

import { isStated, type Model } from "./model";
import type { Statement } from "./types";

export type Manner = "fact" | "claim" | "unstated" | "inferred";

export const MANNERS: Record<Manner, string> = {
  fact: "Fact: asserted",
  claim: "Claim: reported from somebody",
  unstated: "Denied, planned or hypothetical",
  inferred: "Inferred from facts",
};

export interface Link {
  id: string;
  source: string;
  target: string;
  relation: string;
  manner: Manner;
  statements: Statement[];
}

export interface Shown {
  kinds: Set<string>;
  relations: Set<string>;
  manners: Set<string>;
}

/** All links between things, one for each pair, relation and manner. */
export function links(model: Model): Link[] {
  const found = new Map<string, Link>();
  const add = (source: string, target: string, relation: string, manner: Manner, s?: Statement): void => {
    if (!model.entity.has(source) || !model.entity.has(target) || source === target) return;
    const id = [source, relation, target, manner].join(" ");
    const link = found.get(id) ?? { id, source, target, relation, manner, statements: [] };
    if (s) link.statements.push(s);
    found.set(id, link);
  };
  for (const s of model.content.statements) {
    if (s.subject && s.object) add(s.subject, s.object, s.group, s.status === "Asserted" ? "fact" : isStated(s) ? "claim" : "unstated", s);
  }
  const stated = new Set([...found.values()].map((l) => `${l.source} ${l.relation} ${l.target}`));
  for (const [s, relation, o] of model.content.inferred) {
    if (!stated.has(`${s} ${relation} ${o}`) && !relation.startsWith("involve")) add(s, o, relation, "inferred");
  }
  return [...found.values()];
}

export function passes(model: Model, link: Link, shown: Shown): boolean {
  const kind = (id: string): string => model.entity.get(id)?.kind ?? "";
  return shown.manners.has(link.manner) && shown.relations.has(link.relation) && shown.kinds.has(kind(link.source)) && shown.kinds.has(kind(link.target));
}

/** The links of a shortest path between two things, whichever way the links point; nothing where there is none. */
export function path(all: Link[], from: string, to: string): Link[] {
  const around = new Map<string, Link[]>();
  for (const link of all) {
    for (const end of [link.source, link.target]) {
      const list = around.get(end);
      if (list) list.push(link);
      else around.set(end, [link]);
    }
  }
  const came = new Map<string, Link | null>([[from, null]]);
  let edge = [from];
  while (edge.length && !came.has(to)) {
    const next: string[] = [];
    for (const node of edge) {
      for (const link of around.get(node) ?? []) {
        const other = link.source === node ? link.target : link.source;
        if (came.has(other)) continue;
        came.set(other, link);
        next.push(other);
      }
    }
    edge = next;
  }
  const steps: Link[] = [];
  for (let at = to; came.get(at); ) {
    const link = came.get(at) as Link;
    steps.unshift(link);
    at = link.source === at ? link.target : link.source;
  }
  return steps;
}

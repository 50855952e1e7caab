// The content with what is looked up again and again: by name, by thing, by document.

import type { Content, Document, Entity, Finding, Place, Statement, StatementType } from "./types";

export interface Model {
  content: Content;
  entity: Map<string, Entity>;
  statement: Map<string, Statement>;
  documentNumber: Map<string, number>;
  /** Statements about a thing: it is on a side of them, or among what a number is about, or who says so. */
  about: Map<string, Statement[]>;
  inDocument: Statement[][];
  findings: Map<string, Finding[]>;
  /** Words of a document by code point. */
  words: (place: Place) => string;
  /** From code points to the units of JavaScript's strings. */
  offset: (document: number, codePoint: number) => number;
  label: (term: string) => string;
  nameOf: (id: string) => string;
}

export const TYPES: StatementType[] = ["relation", "role", "cohort", "number", "words", "unmapped"];
export const TYPE_NAMES: Record<StatementType, string> = {
  relation: "Relation",
  role: "Role",
  cohort: "Cohort",
  number: "Number",
  words: "Speech",
  unmapped: "Unmapped",
};
export const STATUSES = ["Asserted", "Reported", "Denied", "Planned", "Hypothetical"];
export const STATUS_NAMES: Record<string, string> = {
  Asserted: "Asserted",
  Reported: "Reported",
  Denied: "Denied",
  Planned: "Planned",
  Hypothetical: "Hypothetical",
  "": "Speech",
};

export function makeModel(content: Content): Model {
  const entity = new Map(content.entities.map((e) => [e.id, e]));
  const documentNumber = new Map(content.documents.map((d, i) => [d.id, i]));
  const about = new Map<string, Statement[]>();
  const inDocument: Statement[][] = content.documents.map(() => []);
  for (const s of content.statements) {
    const things = [s.subject, s.object, ...(s.about ?? []), ...(s.reported ? [s.speaker] : []), ...s.cites];
    for (const id of new Set(things)) if (id) push(about, id, s);
    for (const number of new Set(s.places.map((p) => p[0]))) inDocument[number]?.push(s);
  }
  const findings = new Map<string, Finding[]>();
  for (const finding of content.findings) for (const id of finding.statements) push(findings, id, finding);
  const points = content.documents.map((d) => codePoints(d));
  const offset = (document: number, codePoint: number): number => points[document]?.[codePoint] ?? codePoint;
  return {
    content,
    entity,
    documentNumber,
    statement: new Map(content.statements.map((s) => [s.id, s])),
    about,
    inDocument,
    findings,
    offset,
    words: ([number, start, end]) =>
      content.documents[number]?.text.slice(offset(number, start), offset(number, end)) ?? "",
    label: (term) => content.labels[term] ?? term,
    nameOf: (id) => entity.get(id)?.name ?? content.documents[documentNumber.get(id) ?? -1]?.title ?? id,
  };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Offset of each code point, where a text has any beyond the basic plane. */
function codePoints(document: Document): number[] | undefined {
  if (!/[\ud800-\udbff]/.test(document.text)) return undefined;
  const offsets: number[] = [];
  let at = 0;
  for (const point of document.text) {
    offsets.push(at);
    at += point.length;
  }
  offsets.push(at);
  return offsets;
}

/** Everything that the statement says is stated, not denied, planned or supposed. */
export function isStated(s: Statement): boolean {
  return s.status === "Asserted" || s.status === "Reported" || s.status === "";
}

/** Lower case without accents, for comparing. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** "3 statements", "1 statement". */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

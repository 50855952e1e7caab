// The content of a site, as kg/site/records.py and its neighbours write it. Things are named by the part of their IRI
// after `base`; offsets count code points.

export interface Document {
  id: string;
  name: string;
  title: string;
  fields: [string, string][];
  voice: string;
  text: string;
}

export interface Entity {
  id: string;
  name: string;
  names: string[];
  kind: string;
  kinds: string[];
  url: string;
  documents: number[];
  mentions: [number, number, number][];
  at: [number, number];
}

export type StatementType = "relation" | "role" | "cohort" | "number" | "words" | "unmapped";

/** Document, start, end, and the parts of the words that carry most, relative to start. */
export type Place = [number, number, number, [number, number][]];

export interface Figures {
  value: string;
  upperValue?: string;
  unit: string;
  qualifier?: string;
  measure?: string;
  population?: string;
  period?: string;
  numerator?: string;
  denominator?: string;
}

export interface Statement {
  id: string;
  group: string;
  type: StatementType;
  status: string;
  subject: string;
  object: string;
  sides: [string, string];
  speaker: string;
  reported: boolean;
  cites: string[];
  rule: string;
  confidence: number;
  details: [string, string][];
  places: Place[];
  number?: Figures;
  about?: string[];
}

/** A figure of a chart; `base` is of whom or what it is a share. */
export interface Row {
  statement: string;
  label: string;
  detail: string;
  value: number;
  upper: number;
  printed: string;
  base: string;
  period: string;
}

export interface Chart {
  kind: "survey" | "series" | "comparison" | "shares" | "durations" | "ranges" | "figures";
  title: string;
  subtitle: string;
  document: number;
  unit: string;
  /** From, to, and the step between marks; nothing where figures share no scale. */
  axis: [number, number, number] | null;
  rows: Row[];
}

export interface Finding {
  severity: string;
  check: string;
  label: string;
  message: string;
  calculation: string;
  confirms: boolean;
  statements: string[];
}

export interface ShapeResult {
  severity: string;
  message: string;
  focus: string;
  path: string;
  value: string;
  shape: string;
  words: string[];
}

export interface Parameter {
  name: string;
  type: "entity" | "term" | "text" | "integer" | "number";
  description: string;
  default: string;
  required: boolean;
  values: (string | [string, string])[];
}

export interface Question {
  name: string;
  summary: string;
  description: string;
  tags: string[];
  columns: [string, string][];
  text: string;
  parameters: Parameter[];
}

export interface Content {
  version: number;
  base: string;
  title: string;
  quads: number;
  prefixes: Record<string, string>;
  documents: Document[];
  entities: Entity[];
  statements: Statement[];
  inferred: [string, string, string][];
  labels: Record<string, string>;
  /** Relation → what says the same from the other side. */
  inverses: Record<string, string>;
  charts: Chart[];
  findings: Finding[];
  validation: { conforms: boolean; results: ShapeResult[]; text: string };
  questions: Question[];
}

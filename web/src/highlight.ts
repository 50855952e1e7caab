// Overlapping evidence as a row of pieces, each covered by the same statements throughout.

import type { Statement } from "./types";

/** A piece of a text, [start, end) in code points, with the places (statement and number of its place) over it. */
export interface Piece {
  start: number;
  end: number;
  over: Cover[];
  /** Places whose last piece this is: here their label stands. */
  ending: Cover[];
  /** Whether it is a figure of a number among `over`. */
  figure: boolean;
}

export interface Cover {
  statement: Statement;
  place: number;
}

/** Cut a text of `length` code points at every begin and end of the places of statements in document `number`. */
export function cut(length: number, statements: Statement[], number: number): Piece[] {
  const covers: (Cover & { start: number; end: number })[] = [];
  const figures: [number, number][] = [];
  for (const statement of statements) {
    statement.places.forEach(([document, start, end, marks], place) => {
      if (document !== number || start >= end) return;
      covers.push({ statement, place, start, end });
      if (statement.type === "number") for (const [a, b] of marks) figures.push([start + a, start + b]);
    });
  }
  const bounds = [...new Set([0, length, ...covers.flatMap((c) => [c.start, c.end]), ...figures.flat()])];
  bounds.sort((a, b) => a - b);
  covers.sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces: Piece[] = [];
  let open: typeof covers = [];
  let next = 0;
  for (let i = 0; i + 1 < bounds.length; i++) {
    const start = bounds[i] as number;
    const end = bounds[i + 1] as number;
    open = open.filter((c) => c.end > start);
    while (next < covers.length && (covers[next] as (typeof covers)[number]).start <= start) {
      open.push(covers[next++] as (typeof covers)[number]);
    }
    pieces.push({
      start,
      end,
      over: [...open],
      ending: open.filter((c) => c.end === end),
      figure: figures.some(([a, b]) => a <= start && end <= b),
    });
  }
  return pieces;
}

/** The statements over a piece, those with the shortest evidence first. */
export function narrowest(piece: Piece): Statement[] {
  const length = (s: Statement): number => s.places.reduce((sum, [, a, b]) => sum + b - a, 0);
  return [...new Set(piece.over.map((c) => c.statement))].sort((a, b) => length(a) - length(b) || cmp(a.id, b.id));
}

function cmp(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Addresses within the site: `#/person/ann-lee` mirrors the IRI of the thing, `#/questions/numbers?about=…` a question.

export interface Route {
  path: string;
  query: URLSearchParams;
}

export function current(): Route {
  const hash = decodeHash(location.hash.replace(/^#\/?/, ""));
  const at = hash.indexOf("?");
  return {
    path: at < 0 ? hash : hash.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : hash.slice(at + 1)),
  };
}

/** The address of a page of the site. */
export function to(path: string, query: Record<string, string> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value);
  return `#/${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}

/** Change the address without leaving a trace in the history and without drawing the page anew. */
export function note(path: string, query: Record<string, string> = {}): void {
  history.replaceState(null, "", to(path, query));
}

function decodeHash(hash: string): string {
  const at = hash.indexOf("?");
  const [path, rest] = at < 0 ? [hash, ""] : [hash.slice(0, at), hash.slice(at)];
  try {
    return decodeURIComponent(path) + rest;
  } catch {
    return hash;
  }
}

let duties: (() => void)[] = [];

/** Have something done when the page is left. */
export function whenLeft(duty: () => void): void {
  duties.push(duty);
}

/** Leave the page. */
export function leave(): void {
  for (const duty of duties) duty();
  duties = [];
}

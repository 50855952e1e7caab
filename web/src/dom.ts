// Elements without markup in strings: whatever a document says arrives as text.

export type Child = Node | string | number | null | undefined | false | Child[];
type Handler = (event: never) => void;
export type Props = Record<string, string | number | boolean | null | undefined | Handler>;

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (`onclick`) and children; strings become text nodes. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props?: Props | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  assign(element, props ?? {});
  append(element, children);
  return element;
}

/** The same for SVG. */
export function svg(tag: string, props: Props, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  assign(element, props);
  append(element, children);
  return element;
}

function assign(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (name === "href") element.setAttribute("href", safeAddress(String(value)));
    else if (name === "value" && "value" in element) (element as HTMLInputElement).value = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

export function append(parent: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.append(child instanceof Node ? child : String(child));
  }
}

/** Addresses inside the site and on the web; what else a document may name leads nowhere. */
export function safeAddress(address: string): string {
  return /^(#|https?:\/\/|blob:|[a-z][a-z-]*(\/[a-z0-9-]+)*\.(html|txt)(#|$))/.test(address) ? address : "#/";
}

/** A link out of the site, where the address is one of the web; else its text. */
export function outward(address: string, text = address): Node {
  if (!/^https?:\/\/[^\s]+$/.test(address)) return document.createTextNode(text);
  return h("a", { href: address, rel: "noreferrer noopener external", target: "_blank" }, text);
}

export function clear(element: Element): void {
  element.replaceChildren();
}

let counter = 0;
/** An id that no other element of the page has. */
export function fresh(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

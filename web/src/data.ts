// How data reach the page: scripts beside it call `accord(name, packed)`. Fetching is impossible from disk, and forbidden.

declare global {
  interface Window {
    accord: (name: string, packed: string) => void;
  }
}

const arrived = new Map<string, string>();
const waiting = new Map<string, (packed: string) => void>();
const asked = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

window.accord = (name, packed) => {
  arrived.set(name, packed);
  waiting.get(name)?.(packed);
};

/** The bytes that a script of the site brings, unpacked; the script is added where the page does not have it yet. */
export function bring(name: string, source: string): Promise<Uint8Array<ArrayBuffer>> {
  let found = asked.get(name);
  if (!found) {
    found = packed(name, source).then(inflate);
    asked.set(name, found);
  }
  return found;
}

/** The text of such a part. */
export async function bringText(name: string, source: string): Promise<string> {
  return new TextDecoder().decode(await bring(name, source));
}

function packed(name: string, source: string): Promise<string> {
  const here = arrived.get(name);
  if (here !== undefined) return Promise.resolve(here);
  return new Promise((resolve, reject) => {
    waiting.set(name, resolve);
    if (document.querySelector(`script[src="${source}"]`)) return;
    const script = document.createElement("script");
    script.src = source;
    script.onerror = () => reject(new Error(`${source} is missing: copy the whole folder of the site`));
    document.head.append(script);
  });
}

async function inflate(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

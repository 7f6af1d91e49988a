/**
 * Keeps the app's own files so that it starts without a network and can say so. It answers for this
 * origin only: what goes to a host, or to a sticker's address, passes by untouched.
 */
interface WaitingEvent extends Event {
  readonly waitUntil: (work: Promise<unknown>) => void;
}
interface FetchEvent extends Event {
  readonly request: Request;
  readonly respondWith: (response: Promise<Response>) => void;
}

const cacheStart = "vestibule-driver-";
/** A phone in a stairwell: after this long the kept page is shown, in ms. */
const pageTimeoutMs = 2_500;

self.addEventListener("install", (event) => {
  if (isWaiting(event)) event.waitUntil(keepShell());
});
// Only now: until then a page of the version before may still want its files.
self.addEventListener("activate", (event) => {
  if (isWaiting(event)) event.waitUntil(dropOthers());
});
self.addEventListener("fetch", (event) => {
  if (!isFetch(event)) return;
  const { request } = event;
  const { origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

/** The files of the version that is served now. A script of its own: it shares no chunk with the app. */
async function readShell(): Promise<{ readonly name: string; readonly files: readonly string[] }> {
  const response = await fetch("/shell.json", { cache: "no-store" });
  const listed: unknown = await response.json();
  if (typeof listed !== "object" || listed === null) throw new Error("shell.json is no object");
  const version: unknown = Reflect.get(listed, "version");
  const files: unknown = Reflect.get(listed, "files");
  if (typeof version !== "string" || !isTexts(files)) throw new Error("shell.json lists no files");
  return { name: `${cacheStart}${version}`, files };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

async function keepShell(): Promise<void> {
  const { name, files } = await readShell();
  const cache = await caches.open(name);
  await cache.addAll(files.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOthers(): Promise<void> {
  const { name } = await readShell();
  for (const other of await caches.keys()) {
    if (other.startsWith(cacheStart) && other !== name) await caches.delete(other);
  }
}

/** The newest page where the network gives it in time, else the kept one. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(pageTimeoutMs) });
  } catch {
    return (await caches.match("/")) ?? Response.error();
  }
}

/** Built files carry their hash in their names and never change; the configuration may. */
async function file(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith("/assets/")) return fresh(request);
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await keepCopy(request, response);
  return response;
}

async function fresh(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok) await keepCopy(request, response);
    return response;
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

async function keepCopy(request: Request, response: Response): Promise<void> {
  const name = (await caches.keys()).find((candidate) => candidate.startsWith(cacheStart));
  if (name !== undefined) await (await caches.open(name)).put(request, response.clone());
}

function isWaiting(event: Event): event is WaitingEvent {
  return "waitUntil" in event;
}

function isFetch(event: Event): event is FetchEvent {
  return "respondWith" in event && "request" in event;
}

export {};

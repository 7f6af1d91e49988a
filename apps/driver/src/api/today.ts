import { flag, instant, listOf, maybe, number, oneOf, parseJson, record, text } from "../json.ts";
import { fetchKept, keep } from "../kept/database.ts";
import { inWalkingOrder } from "../today/walking-order.ts";
import type { Answer } from "./host.ts";
import type { Host } from "./session.ts";

const kinds = oneOf("gate", "street", "lobby", "mailroom", "locker", "unit", "garage");
const entrance = record({
  id: text,
  ent: text,
  kind: kinds,
  presence: oneOf("nfc", "ble", "none"),
  noTap: oneOf("refuse", "ble", "none"),
  boxOnline: flag,
  silentSince: maybe(instant),
});
const assignment = record({
  id: text,
  text,
  hash: text,
  grant: listOf(record({ ctl: text, text, hash: text })),
  window: record({ from: instant, until: instant }),
  purpose: oneOf("deliver", "collect", "round"),
  parcels: number,
});
const building = record({
  bld: text,
  id: maybe(text),
  name: text,
  address: text,
  tz: text,
  demo: flag,
  entrances: listOf(entrance),
  paths: listOf(listOf(text)),
  /** The newest accepted policy; those before it are asked for when a door is verified. */
  policy: text,
  assignments: listOf(assignment),
  keysets: listOf(text),
});
const today = record({ badge: maybe(text), buildings: listOf(building) });

export type Today = NonNullable<ReturnType<typeof today>>;
export type Building = NonNullable<ReturnType<typeof building>>;
export type Entrance = NonNullable<ReturnType<typeof entrance>>;
export type Assignment = NonNullable<ReturnType<typeof assignment>>;

/** Today's buildings, and when they were asked for. */
export interface FetchedToday {
  readonly today: Today;
  /** Epoch ms by this phone's clock; shown as an age, decided on nowhere. */
  readonly atMs: number;
}

export type TodayAnswer =
  | { readonly kind: "today"; readonly fetched: FetchedToday }
  | Exclude<Answer, { readonly kind: "answered" }>;

/** Asks the host for today's buildings and keeps them for a start without a network. */
export async function askToday(host: Host, nowMs: () => number): Promise<TodayAnswer> {
  const answer = await host.ask({ path: "/api/handset/today" });
  if (answer.kind !== "answered") return answer;
  const read = readToday(answer.body);
  if (read === undefined)
    return { kind: "problem", problem: { status: 502, code: "internal", facts: undefined } };
  const atMs = nowMs();
  // Kept for a start without a network; where nothing can be kept, this one list still serves.
  await keep("today", { atMs, source: JSON.stringify(answer.body) }).catch(() => undefined);
  return { kind: "today", fetched: { today: read, atMs } };
}

/** Reads the host's list of today; each building's doors then stand as one walks. */
export function readToday(body: unknown): Today | undefined {
  const read = today(body);
  if (read === undefined) return undefined;
  const buildings = read.buildings.map((each) => ({ ...each, entrances: inWalkingOrder(each) }));
  return { ...read, buildings };
}

const keptToday = record({ atMs: number, source: text });

/** The list as it was kept last; possibly of another day, so always shown with its age. */
export async function lastToday(): Promise<FetchedToday | undefined> {
  const kept = keptToday(await fetchKept("today").catch(() => undefined));
  if (kept === undefined) return undefined;
  const read = readToday(parseJson(kept.source));
  return read && { today: read, atMs: kept.atMs };
}

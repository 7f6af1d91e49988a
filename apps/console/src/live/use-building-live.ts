import { isObject } from "@vestibule/sdk/wire";
import { useEffect, useState } from "react";
import { consoleQueries } from "../queries.ts";
import { batchedReader } from "./batched-reader.ts";
import { type LineState, type LiveEvent, LiveFeed } from "./live-feed.ts";

/** What a door's box said of it since this page was opened. */
export interface DoorTold {
  readonly held?: boolean;
  /** When the box said so, epoch ms. */
  readonly heldSinceMs?: number;
  readonly fault?: boolean;
}

/** A policy or keyset that a box did not take. */
export interface BoxRefusal {
  readonly code: string;
  /** Epoch ms. */
  readonly atMs: number;
}

const rereadPauseMs = 150;

/**
 * Keeps a building's pages true while they are open: an event makes the lists it is about be read
 * again, so the page never shows more than the host keeps.
 */
export function useBuildingLive(buildingId: string): {
  readonly line: LineState;
  readonly told: ReadonlyMap<string, DoorTold>;
  readonly refusals: readonly BoxRefusal[];
} {
  const [line, setLine] = useState<LineState>({ kind: "connecting" });
  const [told, setTold] = useState<ReadonlyMap<string, DoorTold>>(new Map());
  const [refusals, setRefusals] = useState<readonly BoxRefusal[]>([]);
  useEffect(() => {
    setTold(new Map());
    setRefusals([]);
    const reader = batchedReader(consoleQueries, rereadPauseMs);
    const feed = new LiveFeed([`building:${buildingId}`], {
      connect: (path) => new WebSocket(`${location.origin.replace(/^http/, "ws")}${path}`),
      now: () => Date.now(),
      onLine: setLine,
      onGap: () => reader.read(["building", "attempts", "visits", "policies", "attempt", "boxes"]),
      onEvent: (event) => {
        setTold((before) => noteDoor(before, event));
        setRefusals((before) => noteRefusal(before, event));
        reader.read(queriesOf(event.kind));
      },
    });
    return () => {
      feed.close();
      reader.stop();
    };
  }, [buildingId]);
  return { line, told, refusals };
}

/** Which lists an event is about. */
export function queriesOf(kind: string): readonly string[] {
  const [family = ""] = kind.split(".");
  switch (family) {
    case "attempt":
      return ["attempts", "attempt"];
    case "visit":
      return ["attempts", "visits"];
    case "controller":
      return ["building", "boxes", "policies"];
    case "policy":
      return ["building", "policies"];
    case "door":
      return ["building"];
    default:
      return [];
  }
}

/** A door that is held open, or whose strike failed. */
export function noteDoor(
  before: ReadonlyMap<string, DoorTold>,
  { kind, data }: LiveEvent,
): ReadonlyMap<string, DoorTold> {
  if (!isObject(data) || typeof data["ent"] !== "string") return before;
  const was = before.get(data["ent"]) ?? {};
  const atMs = typeof data["at"] === "string" ? Date.parse(data["at"]) : Number.NaN;
  if (kind === "door.held" && typeof data["held"] === "boolean")
    return new Map(before).set(data["ent"], {
      ...(was.fault === undefined ? {} : { fault: was.fault }),
      held: data["held"],
      ...(data["held"] && !Number.isNaN(atMs) ? { heldSinceMs: atMs } : {}),
    });
  if (kind === "door.fault" && typeof data["fault"] === "boolean")
    return new Map(before).set(data["ent"], { ...was, fault: data["fault"] });
  return before;
}

const refusalsMax = 5;

function noteRefusal(
  before: readonly BoxRefusal[],
  { kind, data }: LiveEvent,
): readonly BoxRefusal[] {
  if (kind !== "controller.refused" || !isObject(data)) return before;
  const { code, at } = data;
  if (typeof code !== "string") return before;
  const atMs = typeof at === "string" ? Date.parse(at) : 0;
  return [{ code, atMs }, ...before].slice(0, refusalsMax);
}

import { type AcceptedPolicy, type Crypto, restorePolicy } from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import type { BuildingDetail, PolicyVersion } from "../api/buildings.ts";

/** The page's own cryptography. */
export const pageCrypto: Crypto = browserCrypto();

/** A stored version as core reads it; undefined where this page cannot. Read once per text. */
export function readVersion(version: PolicyVersion): AcceptedPolicy | undefined {
  const known = read.get(version.text);
  if (known !== undefined) return known;
  const restored = restorePolicy(pageCrypto, {
    text: version.text,
    inForceFrom: Math.floor(version.inForceFrom / 1_000),
  });
  if (!("policy" in restored) || restored.hash !== version.hash) return undefined;
  read.set(version.text, restored);
  return restored;
}

const read = new Map<string, AcceptedPolicy>();

/** The newest accepted version, pending or not: the one that a next must follow. */
export function newestVersion(building: BuildingDetail): PolicyVersion | undefined {
  return building.pending.toSorted((a, b) => b.ver - a.ver)[0] ?? building.policy;
}

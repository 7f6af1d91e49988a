import { decodeBase64url } from "@vestibule/core/encoding";
import { number, parseJson, record } from "../json.ts";

const ends = record({ cleared_until: number, exp: number });

/**
 * When a badge ends, in epoch ms: the earlier of clearance and badge. Read without a look at its
 * signature, for a reminder only: doors check it, and so did this phone when it came.
 */
export function badgeEndsMs(badge: string): number | undefined {
  const bytes = decodeBase64url(badge.split(".")[1] ?? "");
  const body = bytes && ends(parseJson(new TextDecoder().decode(bytes)));
  return body && Math.min(body.cleared_until, body.exp) * 1_000;
}

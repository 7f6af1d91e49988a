import { badgeBody, readPaper } from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import type { Handset } from "../kept/handset.ts";

/** What a badge says that a driver wants to see. */
export interface BadgeFacts {
  readonly drv: string;
  /** Epoch ms: the earlier of clearance and badge. */
  readonly endsMs: number;
}

/**
 * Reads a badge and checks that it is for this phone, on the terms that were agreed. Its signature is
 * the box's to check: the phone could only be shown a useless badge, never open by it.
 */
export function readBadge(badge: string, handset: Handset): BadgeFacts | undefined {
  const read = readPaper(
    { crypto: browserCrypto() },
    { kind: "badge", text: badge, body: badgeBody },
  );
  if (read.kind === "refused") return undefined;
  const { body } = read;
  const { jkt, car, clr, drv, app, uv } = handset.answer.terms;
  const agreed =
    body.cnf.jkt === jkt &&
    body.car === car &&
    body.iss === clr &&
    body.drv === drv &&
    body.app === app &&
    body.uv === uv;
  if (!agreed) return undefined;
  return { drv: body.drv, endsMs: Math.min(body.cleared_until, body.exp) * 1_000 };
}

import {
  type Badge,
  badgeBody,
  badgeLifetimeSMax,
  keyFor,
  type Opened,
  type PublicJwk,
  type Refusal,
  readPaper,
  refuse,
  refusePaper,
  thumbprint,
  verifyPaper,
} from "@vestibule/core";
import { findParty } from "../carriers/carrier-store.ts";
import type { DomainDependencies } from "../features.ts";
import { type DatabaseTransaction, inContext, setContext } from "../platform/database.ts";
import { isUniqueViolation } from "../platform/unique.ts";
import { findBadge, insertBadge, type KeptBadge } from "./badge-store.ts";

/** A badge that the vetter, or the carrier, hands in with the handset's public key. */
export interface HandedBadge {
  readonly text: string;
  readonly handset: PublicJwk;
  readonly nowMs: number;
}

/** What became of it; the same badge again is `known`. */
export type BadgeOutcome =
  | ({ readonly kind: "kept"; readonly known: boolean; readonly hash: string } & KeptBadge)
  /** The handset's key is known as another person's, or this one withdrew his consent. */
  | { readonly kind: "taken" }
  | Refusal;

type Ports = Pick<DomainDependencies, "databases" | "crypto" | "keysets">;

/** Takes a badge in: signed by a badge key of a known vetter, for a known carrier, for this very key. */
export async function takeBadge(ports: Ports, handed: HandedBadge): Promise<BadgeOutcome> {
  try {
    return await inContext(
      ports.databases.app,
      { role: "carrier", principal: "badge" },
      (transaction) => keep(transaction, ports, handed),
    );
  } catch (error) {
    // Another carrier's handset, or the same badge at the same moment.
    if (isUniqueViolation(error)) return { kind: "taken" };
    throw error;
  }
}

async function keep(
  transaction: DatabaseTransaction,
  ports: Ports,
  handed: HandedBadge,
): Promise<BadgeOutcome> {
  const { text, handset, nowMs } = handed;
  const verified = await verifyBadge(transaction, ports, { text, nowMs });
  if (verified.kind === "refused") return verified;
  const { body, hash } = verified;
  const at = Math.floor(nowMs / 1000);
  if (at >= body.exp) return refuse("expired", { field: "badge.exp", until: body.exp });
  if (body.exp - at > badgeLifetimeSMax) return refuse("too-long-lived", { field: "badge.exp" });
  if (at >= body.cleared_until) return refuse("clearance-expired", { until: body.cleared_until });
  if (handset.kty !== "EC") return refuse("alg", { field: "handset" });
  if (thumbprint(ports.crypto, handset) !== body.cnf.jkt) return refuse("handset-mismatch");
  const carrier = await findParty(transaction, "carrier", body.car);
  if (carrier === undefined) return refuse("badge-carrier");
  const carriers = [carrier.id];
  await setContext(transaction, { role: "carrier", principal: "badge", carriers });
  const known = await findBadge(transaction, hash);
  if (known !== undefined) return { kind: "kept", known: true, hash, ...known };
  const kept = await insertBadge(transaction, {
    carrierId: carrier.id,
    drv: body.drv,
    jkt: body.cnf.jkt,
    jwk: handset,
    app: body.app,
    vetterRoot: body.iss,
    hash,
    text,
    clearedUntil: new Date(body.cleared_until * 1000),
    expiresAt: new Date(body.exp * 1000),
    consent: body.inv,
    nowMs,
  });
  if (kept === undefined) return { kind: "taken" };
  return { kind: "kept", known: false, hash, ...kept };
}

async function verifyBadge(
  transaction: DatabaseTransaction,
  { crypto, keysets }: Ports,
  { text, nowMs }: { readonly text: string; readonly nowMs: number },
): Promise<Opened<Badge> | Refusal> {
  const claimed = readPaper({ crypto }, { kind: "badge", text, body: badgeBody });
  if (claimed.kind === "refused") return refusePaper(claimed.refusal);
  const { iss } = claimed.body;
  const held = (await keysets.newest(transaction, [iss])).get(iss);
  if (held?.role !== "vetter") return refuse("kid-unknown");
  const at = Math.floor(nowMs / 1000);
  const { domain, exp } = held.keyset.body;
  if (at >= exp) return refuse("keyset-expired", { domain, until: exp });
  const found = keyFor(held.keyset, { kid: claimed.kid, use: "badge", at });
  if (found.kind === "refused") return found;
  const opened = verifyPaper({ crypto }, { kind: "badge", claimed }, found.key.jwk);
  return opened.kind === "refused" ? refusePaper(opened.refusal) : opened;
}

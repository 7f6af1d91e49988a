import {
  type AcceptedPolicy,
  acceptPolicy,
  adoptMac,
  decodeBase64url,
  doneMac,
  encodeBase64url,
  equalBytes,
  offerMac,
  type Refusal,
  readPolicy,
  refuse,
} from "@vestibule/core";
import type { Effect } from "./effects.ts";
import { type DoorMemory, freshText } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";
import { sendState } from "./state-message.ts";

/** Offers an unclaimed box under its card's secret, which is never sent. */
export function offerClaim(ports: DoorPorts, memory: DoorMemory): readonly Effect[] {
  const { claim } = memory;
  if (claim === undefined || memory.policies.length > 0) return [];
  const nonce = freshText(ports, 32);
  memory.offerNonce = nonce;
  const { ctl, seal } = ports.identity;
  const mac = encodeBase64url(offerMac(ports.crypto, claim, { ctl, seal, nonce }));
  return [{ kind: "send", message: { t: "offer", seal, nonce, mac } }];
}

/** Pins the building that whoever holds the card names: the chain up to the policy in force. */
export function adopt(
  ports: DoorPorts,
  memory: DoorMemory,
  offer: { readonly nonce: string; readonly policies: readonly string[]; readonly mac: string },
): readonly Effect[] {
  const { claim } = memory;
  const refused = (refusal: Refusal): readonly Effect[] => [
    { kind: "send", message: { t: "adopt-refused", code: refusal.code } },
  ];
  if (claim === undefined || memory.policies.length > 0 || memory.offerNonce !== offer.nonce)
    return refused(refuse("sig"));
  const chain = acceptChain(ports, offer.policies);
  if (!Array.isArray(chain)) return refused(chain);
  const newest = chain.at(-1);
  if (newest === undefined) return refused(refuse("shape"));
  const named = { nonce: offer.nonce, bld: newest.bld, policy: newest.hash };
  const mac = decodeBase64url(offer.mac);
  if (mac === undefined || !equalBytes(mac, adoptMac(ports.crypto, claim, named)))
    return refused(refuse("sig"));
  const { ctl, seal } = ports.identity;
  const served = newest.policy.entrances.filter((entrance) => entrance.ctl === ctl);
  if (served.length === 0 || served.some((entrance) => entrance.seal !== seal))
    return refused(refuse("entrance-unknown"));
  memory.policies = chain;
  memory.claim = undefined;
  memory.offerNonce = undefined;
  const done = encodeBase64url(doneMac(ports.crypto, claim, { ...named, ctl }));
  return [
    ...chain.map((policy): Effect => ({ kind: "write", write: { kind: "policy", policy } })),
    { kind: "write", write: { kind: "claimed", bld: newest.bld } },
    { kind: "burn-claim" },
    { kind: "send", message: { t: "adopted", bld: newest.bld, policy: newest.hash, mac: done } },
    sendState(ports, memory),
  ];
}

/**
 * Checks the chain link by link. Its notice periods ran elsewhere: that its newest policy is in force
 * is what the card's holder vouches for with the MAC, which is checked right after.
 */
function acceptChain(ports: DoorPorts, texts: readonly string[]): AcceptedPolicy[] | Refusal {
  const chain: AcceptedPolicy[] = [];
  for (const text of texts) {
    const read = readPolicy(ports.crypto, text);
    if (read.kind === "refused") return read;
    // Each was offered in its own time: before its `accept_by`, and no later than it took effect.
    const at = Math.min(read.policy.from, read.policy.accept_by);
    const accepted = acceptPolicy(ports.crypto, { text, last: chain.at(-1), at });
    if (accepted.kind === "refused") return accepted;
    chain.push({ ...accepted.accepted, inForceFrom: read.policy.from });
  }
  return chain;
}

import { signPaper } from "@vestibule/core";
import type { HostKeys } from "../platform/host-keys.ts";
import type { UnlockFacts } from "./unlock-facts.ts";

/** The host's word, signed with its grant key, that a box is silent; never shown as a receipt. */
export function signNoAccess(
  hostKeys: HostKeys,
  facts: Pick<UnlockFacts, "bld" | "ent" | "lastSeenMs">,
  { jkt, nowMs }: { readonly jkt: string; readonly nowMs: number },
): Promise<string> {
  const at = Math.floor(nowMs / 1_000);
  const since = facts.lastSeenMs === undefined ? at : Math.floor(facts.lastSeenMs / 1_000);
  const { bld, ent } = facts;
  const body = { v: 1, iss: hostKeys.root, bld, ent, jkt, iat: at, since: Math.min(since, at) };
  return signPaper("no-access", body, hostKeys.grant);
}

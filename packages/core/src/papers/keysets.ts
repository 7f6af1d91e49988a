import { thumbprint } from "../crypto/thumbprint.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Keyset, type KeysetKey, type KeyUse, keysetBody } from "./bodies.ts";
import { type OpenContext, type Opened, readPaper, refusePaper, verifyPaper } from "./jws.ts";
import { keysetLifetimeSMax } from "./limits.ts";
import { distinct } from "./shape.ts";

/** A keyset whose root signature verified, with its keys by thumbprint. */
export interface AcceptedKeyset {
  readonly root: string;
  readonly hash: string;
  readonly text: string;
  readonly body: Keyset;
  readonly keys: ReadonlyMap<string, KeysetKey>;
}

/** The three kinds of root and what their keys may be for; `use` follows the root. */
export type RootRole = "carrier" | "vetter" | "host";
const usesOf: Readonly<Record<RootRole, readonly KeyUse[]>> = {
  carrier: ["dispatch", "stop"],
  vetter: ["badge", "stop"],
  host: ["grant", "stop"],
};

/** Opens a keyset: self-contained, since `sub` carries the root's key and `iss` is its thumbprint. */
export function openKeyset(
  context: OpenContext,
  text: string,
): { readonly kind: "keyset"; readonly keyset: AcceptedKeyset } | Refusal {
  const claimed = readPaper(context, { kind: "keyset", text, body: keysetBody });
  if (claimed.kind === "refused") return refusePaper(claimed.refusal);
  const opened = verifyPaper(context, { kind: "keyset", claimed }, claimed.body.sub);
  if (opened.kind === "refused") return refusePaper(opened.refusal);
  if (opened.body.iss !== opened.kid) return refuse("iss-mismatch");
  const known = indexOf.get(opened);
  if (known !== undefined) return known;
  const indexed = indexKeys(context, opened, opened.kid);
  indexOf.set(opened, indexed);
  return indexed;
}

type Indexed = ReturnType<typeof indexKeys>;
// Keyed by the opened keyset's own object, which nobody changes: a phone shows the same ones at each door.
const indexOf = new WeakMap<Opened<Keyset>, Indexed>();

function indexKeys(
  context: OpenContext,
  opened: Opened<Keyset>,
  root: string,
): { readonly kind: "keyset"; readonly keyset: AcceptedKeyset } | Refusal {
  const { body } = opened;
  const ids = body.keys.map((key) => thumbprint(context.crypto, key.jwk));
  // A root that also signs daily papers would be a root in every depot.
  if (!distinct([root, ...ids])) return refuse("role");
  if (body.keys.some((key) => key.contractor !== undefined && key.use !== "dispatch"))
    return refuse("role", { field: "keys.contractor" });
  const keys = new Map(body.keys.map((key, index) => [ids[index] ?? "", key]));
  return { kind: "keyset", keyset: { root, hash: opened.hash, text: opened.text, body, keys } };
}

/** Whether a keyset may replace the one held for its root, and is alive. */
export function checkKeyset(
  keyset: AcceptedKeyset,
  {
    role,
    domain,
    held,
    at,
  }: {
    readonly role: RootRole;
    readonly domain: string;
    readonly held: AcceptedKeyset | undefined;
    readonly at: number;
  },
): Refusal | undefined {
  if (held !== undefined && keyset.body.ver < held.body.ver)
    return refuse("keyset-rollback", { domain });
  if (held !== undefined && keyset.body.ver === held.body.ver && keyset.hash !== held.hash)
    return refuse("keyset-rollback", { domain });
  if (keyset.body.domain !== domain) return refuse("role", { domain, field: "domain" });
  if (at >= keyset.body.exp) return refuse("keyset-expired", { domain, until: keyset.body.exp });
  if (keyset.body.exp - at > keysetLifetimeSMax)
    return refuse("too-long-lived", { domain, field: "exp" });
  if (keyset.body.keys.some((key) => !usesOf[role].includes(key.use)))
    return refuse("role", { domain, field: "keys.use" });
  return undefined;
}

/** Finds the key a paper names and checks that it is for this and alive now. */
export function keyFor(
  keyset: AcceptedKeyset,
  { kid, use, at }: { readonly kid: string; readonly use: KeyUse; readonly at: number },
): { readonly kind: "key"; readonly key: KeysetKey } | Refusal {
  const key = keyset.keys.get(kid);
  const domain = keyset.body.domain;
  if (key === undefined) return refuse("kid-unknown", { domain });
  if (key.use !== use) return refuse("role", { domain });
  if (at < key.nbf) return refuse("not-yet", { domain, until: key.nbf });
  if (at >= key.exp) return refuse("expired", { domain, until: key.exp });
  return { kind: "key", key };
}

/** Whether no key of these keysets occurs twice among them or is named by the policy in another role. */
export function keysApart(
  policy: { readonly thumbprints: ReadonlySet<string> },
  keysets: readonly AcceptedKeyset[],
): boolean {
  return keysets.every(({ keys }, index) => {
    for (const kid of keys.keys()) {
      if (policy.thumbprints.has(kid)) return false;
      for (let other = 0; other < index; other += 1)
        if (keysets[other]?.keys.has(kid)) return false;
    }
    return true;
  });
}

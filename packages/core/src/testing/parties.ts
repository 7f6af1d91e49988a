import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner, type NodeSigner } from "../crypto/node-keys.ts";
import type { HeldKeyset } from "../decide/facts.ts";
import type { Keyset } from "../papers/bodies.ts";
import { openKeyset } from "../papers/keysets.ts";
import { dayS } from "../papers/limits.ts";
import { signPaper } from "../papers/sign.ts";

const crypto = nodeCrypto();

/** One root with the key it uses daily and the keyset that says so. */
export interface WorldParty {
  readonly root: NodeSigner;
  readonly key: NodeSigner;
  /** The key with which it stops things. */
  readonly stop: NodeSigner;
  readonly keysetBody: Keyset;
  readonly keyset: string;
}

/** A root of this domain, with one key for one use. */
export async function makeParty(
  domain: string,
  use: Keyset["keys"][number]["use"],
  at: number,
): Promise<WorldParty> {
  const root = generateSigner("EdDSA");
  const key = generateSigner("EdDSA");
  const stop = generateSigner("EdDSA");
  const keysetBody: Keyset = {
    v: 1,
    iss: root.kid,
    sub: root.jwk,
    ver: 1,
    domain,
    exp: at + 30 * dayS,
    keys: [
      { jwk: key.jwk, use, nbf: at - dayS, exp: at + 30 * dayS },
      { jwk: stop.jwk, use: "stop", nbf: at - dayS, exp: at + 30 * dayS },
    ],
  };
  return { root, key, stop, keysetBody, keyset: await signPaper("keyset", keysetBody, root) };
}

/** A keyset as a box holds it, its keys included four days ago. */
export function held(text: string, at: number): HeldKeyset {
  const opened = openKeyset({ crypto }, text);
  if (opened.kind === "refused")
    throw new Error(`a keyset of the world was refused: ${opened.code}`);
  const { keyset } = opened;
  return {
    keyset,
    includedAt: new Map([...keyset.keys.keys()].map((kid) => [kid, at - 4 * dayS])),
  };
}

import { randomBytes } from "node:crypto";
import { nodeCrypto } from "../crypto/node.ts";
import {
  generateSealPair,
  generateSigner,
  type NodeSigner,
  softwareAssertion,
} from "../crypto/node-keys.ts";
import { hashText } from "../crypto/thumbprint.ts";
import { utf8 } from "../encoding/bytes.ts";
import { dayS } from "../papers/limits.ts";
import type { Entrance, Policy, PolicySignature } from "../papers/policy.ts";
import { policyChallenge } from "../papers/policy-quorum.ts";
import { policyHash } from "../papers/read-policy.ts";
import { type TagKeys, uidHashOf } from "../sticker/index.ts";
import type { WorldParty } from "./parties.ts";

const crypto = nodeCrypto();

/** A sticker with its secrets. */
export type WorldTag = TagKeys & { readonly uid: Uint8Array };

/** A sticker with fresh keys for this entrance. */
export function makeTag(ent: string): WorldTag {
  const uid = new Uint8Array(randomBytes(7));
  return {
    ent,
    uid,
    uidHash: uidHashOf(crypto, uid),
    metaReadKey: randomBytes(16),
    fileReadKey: randomBytes(16),
  };
}

/** Signs a policy as the demo member does in a browser. */
export function signAsMember(member: NodeSigner, policy: Policy): PolicySignature {
  const hash = policyHash(crypto, policy);
  const key = policy.members[0]?.keys[0];
  if (key === undefined) throw new Error("the world's policy has no member");
  const challenge = policyChallenge(crypto, [hash]);
  return {
    member: "anna",
    cred: key.cred,
    batch: [hash],
    ...softwareAssertion(member, { challenge, rpId: key.rpId, origin: key.origin }),
  };
}

export interface GenesisParts {
  readonly at: number;
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly member: NodeSigner;
  readonly ctl: string;
  readonly seal: string;
  readonly tags: readonly WorldTag[];
}

/** A demonstration building: one member, one box, one carrier with its vetter. */
export function genesisPolicy(parts: GenesisParts): Policy {
  return {
    typ: "vestibule-policy/1",
    demo: true,
    ver: 1,
    place: { name: "12 Linden Street", address: "12 Linden Street, Brooklyn" },
    from: parts.at,
    until: parts.at + 365 * dayS,
    accept_by: parts.at + dayS,
    notice_s: 60,
    members: [
      {
        id: "anna",
        keys: [
          {
            cred: hashText(crypto, utf8(parts.member.kid)),
            jwk: parts.member.jwk,
            rpId: "console.localhost",
            origin: "http://console.localhost:8600",
            be: false,
          },
        ],
      },
    ],
    quorum: { members: 1, origins: 1 },
    recovery: { sign: freshX(), seal: generateSealPair().publicText },
    host: { domain: "host.example", root: parts.host.root.kid },
    entrances: parts.tags.map((tag) => entranceOf(parts, tag)),
    paths: [parts.tags.map(({ ent }) => ent)],
    carriers: [
      {
        domain: "ups.example",
        root: parts.carrier.root.kid,
        clearance: [{ domain: "clearance.example", root: parts.vetter.root.kid }],
        purposes: ["deliver", "collect"],
        ents: parts.tags.map(({ ent }) => ent),
        schedule: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat"], from: 8 * 60, to: 20 * 60 }],
        tz: "America/New_York",
        holidays: [],
        cap: 60,
      },
    ],
    limits: {
      release_ms: 5_000,
      openings: 1,
      days: 3,
      retry: { n: 2, s: 120 },
      per_handset: 60,
      wrong_codes: 5,
    },
    offline: { max_stale_s: 3_600, after_reboot: "refuse" },
    apps: { domains: ["driver.example"], uv: false },
    software: { k: 0, signers: [] },
  };
}

/** The 32 bytes of a fresh Ed25519 public key. */
export function freshX(): string {
  const { jwk } = generateSigner("EdDSA");
  return jwk.x;
}

function entranceOf({ ctl, seal }: GenesisParts, { ent, uidHash }: WorldTag): Entrance {
  return {
    ent,
    kind: kindOf(ent),
    ctl,
    seal,
    presence: "nfc",
    uidHash,
    sensing: "contact",
    purposes: ["deliver", "collect", "round"],
    noTap: "refuse",
  };
}

function kindOf(ent: string): Entrance["kind"] {
  return ent === "lobby" || ent === "unit" || ent === "locker" ? ent : "street";
}

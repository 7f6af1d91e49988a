import { createHash, createPrivateKey, sign } from "node:crypto";
import { canonicalize, type Policy } from "@vestibule/core";
import { generateSealPair, generateSigner, randomText } from "@vestibule/core/node";
import type { World } from "@vestibule/core/testing";

/** A first policy of a house of its own: another place, another box, the world's member. */
export function otherGenesis({ genesis }: World, name: string): Policy {
  const ctl = generateSigner("EdDSA").kid;
  const seal = generateSealPair().publicText;
  return {
    ...genesis,
    place: { name, address: `${name}, Brooklyn` },
    entrances: genesis.entrances.map((entrance) => ({ ...entrance, ctl, seal })),
    recovery: { sign: generateSigner("EdDSA").jwk.x, seal: generateSealPair().publicText },
  };
}

/** A policy that is no demonstration's and keeps every rule. */
export function realGenesis(world: World): Policy {
  const { demo: _demo, ...policy } = otherGenesis(world, "30 Linden Street");
  const [anna] = policy.members;
  const [key] = anna?.keys ?? [];
  if (anna === undefined || key === undefined) throw new Error("the world has a member");
  const { jwk } = generateSigner("ES256");
  const second = { ...key, jwk, cred: randomText(32), origin: "https://signer.example" };
  const vkey = (name: string) => `${name}+00000000+${"A".repeat(44)}`;
  const witness = (name: string) => ({ domain: `${name}.example`, vkey: vkey(name) });
  return {
    ...policy,
    carriers: [],
    notice_s: 14 * 86_400,
    members: [anna, { id: "bob", keys: [{ ...second, rpId: "signer.example" }] }],
    quorum: { members: 2, origins: 2 },
    log: vkey("log"),
    witnesses: { k: 2, of: [witness("one"), witness("two"), witness("three")] },
  };
}

interface ClientData {
  readonly type: string;
  readonly challenge: string;
  readonly origin: string;
  readonly crossOrigin: boolean;
}

/** How a member's assertion is to differ from a valid one; it is signed as bent. */
export interface AssertionBend {
  readonly client?: (data: ClientData) => object;
  readonly authenticator?: (data: Buffer) => Buffer;
  readonly cred?: string;
  /** Signs with another key. */
  readonly stranger?: boolean;
  /** Replaces the client data with text that is none. */
  readonly junk?: boolean;
}

/** A signed policy whose one assertion is bent. */
export function signBent(world: World, policy: Policy, bend: AssertionBend): string {
  const envelope = JSON.parse(world.signPolicy(policy));
  const [valid] = envelope.sigs;
  const client: ClientData = JSON.parse(Buffer.from(valid.clientDataJSON, "base64url").toString());
  const clientData = Buffer.from(
    bend.junk === true ? "no client data" : JSON.stringify(bend.client?.(client) ?? client),
  );
  const given = Buffer.from(valid.authenticatorData, "base64url");
  const authenticatorData = bend.authenticator?.(given) ?? given;
  const signer = bend.stranger === true ? generateSigner("ES256") : world.member;
  const key = createPrivateKey({ key: signer.exportPrivate(), format: "jwk" });
  const digest = createHash("sha256").update(clientData).digest();
  const signature = sign("sha256", Buffer.concat([authenticatorData, digest]), key);
  const bent = {
    ...valid,
    authenticatorData: authenticatorData.toString("base64url"),
    clientDataJSON: clientData.toString("base64url"),
    signature: signature.toString("base64url"),
    ...(bend.cred === undefined ? {} : { cred: bend.cred }),
  };
  return canonicalize({ ...envelope, sigs: [bent] });
}

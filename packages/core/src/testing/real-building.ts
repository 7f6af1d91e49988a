import { nodeCrypto } from "../crypto/node.ts";
import {
  generateSealPair,
  generateSigner,
  type NodeSigner,
  softwareAssertion,
} from "../crypto/node-keys.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import type { Member, Policy, PolicySignature } from "../papers/policy.ts";
import { policyChallenge } from "../papers/policy-quorum.ts";
import { policyHash, policyText } from "../papers/read-policy.ts";
import { genesisPolicy, makeTag } from "./genesis.ts";
import { makeParty, type WorldParty } from "./parties.ts";

const crypto = nodeCrypto();

/** A member with the key in his hand. */
export interface RealMember {
  readonly member: Member;
  readonly signer: NodeSigner;
}

/** A building without `demo`: three members, two pages and a paper key, log and witnesses. */
export interface RealBuilding {
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly members: Readonly<Record<"anna" | "ben" | "paper", RealMember>>;
  /** The paper key for recoveries. */
  readonly recovery: NodeSigner;
  readonly genesis: Policy;
  /** The policy that follows another and admits the carrier. */
  readonly next: (last: Policy, change?: Partial<Policy>) => Policy;
  readonly sign: (policy: Policy, who: readonly ("anna" | "ben" | "paper")[]) => string;
}

/** Builds one, its policies unsigned. */
export async function makeRealBuilding(at: number): Promise<RealBuilding> {
  const [host, carrier, vetter] = await Promise.all([
    makeParty("host.example", "grant", at),
    makeParty("ups.com", "dispatch", at),
    makeParty("clearance.org", "badge", at),
  ]);
  const anna = makeMember("anna", "https://console.host.example", "host.example");
  const ben = makeMember("ben", "https://sign.watch.net:8443", "sign.watch.net");
  const paper = makeMember("paper", "paper", "paper");
  const recovery = generateSigner("EdDSA");
  const demo = genesisPolicy({
    at,
    host,
    carrier,
    vetter,
    member: anna.signer,
    ctl: generateSigner("EdDSA").kid,
    seal: generateSealPair().publicText,
    tags: [makeTag("street")],
  });
  const { demo: _demo, carriers, ...rest } = demo;
  const genesis: Policy = {
    ...rest,
    carriers: [],
    notice_s: 14 * 86_400,
    members: [anna.member, ben.member, paper.member],
    quorum: { members: 2, origins: 2 },
    recovery: { ...demo.recovery, sign: recovery.jwk.x },
    log: "log.example+1+AAAA",
    witnesses: {
      k: 2,
      of: ["one.org", "two.net", "three.dev"].map((domain, index) => ({
        domain,
        vkey: `${domain}+${index}+AAAA`,
      })),
    },
    apps: { domains: ["driver.app"], uv: false },
    software: { k: 2, signers: [1, 2, 3].map(() => generateSigner("EdDSA").kid) },
  };
  const all = { anna, ben, paper };
  return {
    host,
    carrier,
    vetter,
    members: all,
    recovery,
    genesis,
    next: (last, change = {}) => ({
      ...last,
      carriers,
      bld: last.bld ?? policyHash(crypto, last),
      ver: last.ver + 1,
      prev: policyHash(crypto, last),
      ...change,
    }),
    sign: (policy, who) =>
      policyText(
        policy,
        who.map((id) => signAs(all[id], policyHash(crypto, policy))),
      ),
  };
}

function makeMember(id: string, origin: string, rpId: string): RealMember {
  const signer = generateSigner(id === "ben" ? "ES256" : "EdDSA");
  const cred = signer.kid;
  return { signer, member: { id, keys: [{ cred, jwk: signer.jwk, rpId, origin, be: false }] } };
}

/** One member's signature over a policy's hash, or over a batch that holds it. */
export function signAs(
  { member, signer }: RealMember,
  hash: string,
  batch: readonly string[] = [hash],
): PolicySignature {
  const [key] = member.keys;
  if (key === undefined) throw new Error("a member has a key");
  const challenge = policyChallenge(crypto, batch);
  const named = { member: member.id, cred: key.cred, batch };
  return { ...named, ...assertAs({ member, signer }, challenge) };
}

/** A challenge signed through WebAuthn, or bare by a paper key. */
export function assertAs(
  { member, signer }: RealMember,
  challenge: Uint8Array,
): Pick<PolicySignature, "authenticatorData" | "clientDataJSON" | "signature"> {
  const [key] = member.keys;
  if (key === undefined) throw new Error("a member has a key");
  if (key.origin === "paper") return { signature: encodeBase64url(signer.sign(challenge)) };
  return softwareAssertion(signer, { challenge, rpId: key.rpId, origin: key.origin });
}

import { randomBytes } from "node:crypto";
import { importSealPrivateKey } from "../crypto/hpke.ts";
import { nodeCrypto } from "../crypto/node.ts";
import {
  generateSealPair,
  generateSigner,
  type NodeSigner,
  randomText,
  type SealPair,
  softwareAssertion,
} from "../crypto/node-keys.ts";
import { hashText } from "../crypto/thumbprint.ts";
import type {
  DoorState,
  HeldKeyset,
  LiveTicket,
  Now,
  ProofPaper,
  ShownPapers,
  UnlockRequest,
} from "../decide/facts.ts";
import { makeTicket } from "../decide/ticket.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { assembleAssignment, assembleProof, keepBitmap } from "../papers/assemble.ts";
import type { Keyset, Proof } from "../papers/bodies.ts";
import { paperHash } from "../papers/jws.ts";
import { openKeyset } from "../papers/keysets.ts";
import type { Policy, PolicySignature } from "../papers/policy.ts";
import {
  type AcceptedPolicy,
  acceptPolicy,
  policyHash,
  policyText,
} from "../papers/policy-chain.ts";
import { policyChallenge } from "../papers/policy-quorum.ts";
import { unsealCodes, unsealPepper } from "../papers/sealing.ts";
import { signPaper } from "../papers/sign.ts";
import { newTapWindow, softwareTap, type TagKeys, uidHashOf } from "../sticker/index.ts";
import { type MemoryBox, memoryBox } from "./memory-box.ts";

/** Wednesday 2026-11-18, 15:00 UTC: 10:00 in New York, within every schedule of the world. */
export const worldStart = 1_795_014_000;
const dayS = 86_400;

export interface WorldOptions {
  /** Changes the genesis policy before it is signed. */
  readonly policy?: (policy: Policy) => Policy;
  readonly codes?: readonly string[];
}

/** One root with the key it uses daily and the keyset that says so. */
export interface WorldParty {
  readonly root: NodeSigner;
  readonly key: NodeSigner;
  readonly keysetBody: Keyset;
  readonly keyset: string;
}

/** A whole valid chain with every private key at hand, for tests to use, bend and break. */
export interface World {
  readonly now: Now;
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly member: NodeSigner;
  readonly box: {
    readonly signer: NodeSigner;
    readonly seal: SealPair;
    readonly memory: MemoryBox;
  };
  readonly handset: NodeSigner;
  readonly tag: TagKeys & { readonly uid: Uint8Array };
  readonly genesis: Policy;
  readonly policy: AcceptedPolicy;
  readonly state: DoorState;
  readonly papers: ShownPapers;
  readonly codes: readonly string[];
  readonly ent: string;
  /** Signs a policy with the one demo member. */
  readonly signPolicy: (policy: Policy) => string;
  /** A fresh tap of the sticker, its counter one higher than the last. */
  readonly tap: () => { readonly e: string; readonly c: string };
  /** Taps, and has the box make and remember a ticket. */
  readonly takeTicket: (papers?: ShownPapers, at?: Now) => LiveTicket;
  /** A proof of these codes over a ticket. */
  readonly prove: (
    ticket: LiveTicket,
    codes?: readonly string[],
    papers?: ShownPapers,
  ) => Promise<ProofPaper>;
  /** The whole request with what HPKE reveals: ready for decide(). */
  readonly request: (proof: ProofPaper, papers?: ShownPapers) => Promise<UnlockRequest>;
}

const crypto = nodeCrypto();

/** Builds one demonstration building with one street door, one carrier, one vetter, one driver. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const at = worldStart;
  const now: Now = { trusted: at, ageS: 5, monotonicMs: 1_000_000 };
  const host = await makeParty("host.example", "grant", at);
  const carrier = await makeParty("ups.example", "dispatch", at);
  const vetter = await makeParty("clearance.example", "badge", at);
  const member = generateSigner("ES256");
  const signer = generateSigner("EdDSA");
  const seal = generateSealPair();
  const handset = generateSigner("ES256");
  const tag = makeTag("street");
  const genesis = (options.policy ?? ((policy) => policy))(
    genesisPolicy({
      at,
      host,
      carrier,
      vetter,
      member,
      ctl: signer.kid,
      seal: seal.publicText,
      uidHash: tag.uidHash,
    }),
  );
  const signPolicy = (policy: Policy) => policyText(policy, [signAsMember(member, policy)]);
  const accepted = acceptPolicy(crypto, { text: signPolicy(genesis), last: undefined, at });
  const memory = memoryBox({ boot: randomText(16), spentSecret: randomBytes(32) });
  const codes = options.codes ?? [
    "1Z999AA10123456784",
    "9400111206206406260787",
    "TBA010000000000",
  ];
  const bld = policyHash(crypto, genesis);
  const papers = await makePapers({
    at,
    host,
    carrier,
    vetter,
    handset,
    bld,
    codes,
    ctl: signer.kid,
    seal: seal.publicText,
  });
  // A policy that is refused leaves the box without one: decide() then says so.
  const policies = accepted.kind === "accepted" ? [accepted.accepted] : [];
  const state: DoorState = {
    crypto,
    ctl: signer.kid,
    policies,
    keysets: new Map(
      [host, carrier, vetter].map((party) => [party.root.kid, held(party.keyset, at)]),
    ),
    stops: [],
    rolledBack: false,
    box: memory.facts,
  };
  const policy = policies[0];
  if (policy === undefined)
    throw new Error(
      `the world's policy was refused: ${accepted.kind === "refused" ? accepted.code : ""}`,
    );
  const base = {
    now,
    host,
    carrier,
    vetter,
    member,
    handset,
    tag,
    genesis,
    policy,
    state,
    papers,
    codes,
    ent: "street",
    signPolicy,
  };
  const box = { signer, seal, memory };
  return { ...base, box, ...gestures({ ...base, box }) };
}

type Gestures = Pick<World, "tap" | "takeTicket" | "prove" | "request">;

function gestures(world: Omit<World, keyof Gestures>): Gestures {
  let counter = 0;
  let window = newTapWindow();
  const tap = () => {
    counter += 1;
    return softwareTap(crypto, {
      uid: world.tag.uid,
      metaReadKey: world.tag.metaReadKey,
      fileReadKey: world.tag.fileReadKey,
      counter,
      filler: new Uint8Array(5),
    });
  };
  return {
    tap,
    takeTicket: (papers = world.papers, at = world.now) => {
      const facts = {
        tags: [world.tag],
        window: () => window,
        live: [...world.box.memory.tickets.values()],
        boot: world.box.memory.facts.boot,
        nonce: randomBytes(32),
      };
      const made = makeTicket(world.state, facts, {
        request: { papers, ent: world.ent, presence: { kind: "tap", tap: tap() } },
        now: at,
      });
      if (made.kind === "refused") throw new Error(`no ticket: ${made.refusal.code}`);
      window = made.window ?? window;
      const live: LiveTicket = {
        hash: made.hash,
        body: made.body,
        madeAtMs: at.monotonicMs,
        usedBy: undefined,
      };
      world.box.memory.tickets.set(live.hash, live);
      return live;
    },
    prove: async (ticket, codes = world.codes.slice(0, 1), papers = world.papers) => {
      const body = await assembleProof({
        ticket: ticket.hash,
        grant: paperHash(crypto, papers.grant),
        asg: paperHash(crypto, papers.assignment),
        jkt: world.handset.kid,
        ent: world.ent,
        purpose: "deliver",
        box: { ctl: world.box.signer.kid, seal: world.box.seal.publicText },
        codes,
        jti: randomBytes(16),
      });
      return { kind: "jws", text: await signPaper("proof", body, world.handset) };
    },
    request: async (proof, papers = world.papers) => ({
      papers,
      ent: world.ent,
      proof,
      unsealed: await unsealed(world, proof, papers),
    }),
  };
}

async function unsealed(
  world: Omit<World, keyof Gestures>,
  proof: ProofPaper,
  papers: ShownPapers,
) {
  const key = await importSealPrivateKey(
    decodeBase64url(world.box.seal.privateText) ?? new Uint8Array(),
  );
  const assignment = bodyOf(papers.assignment);
  const claims = bodyOf(
    proof.kind === "jws" ? proof.text : `.${encodeBase64url(utf8(proof.body))}.`,
  );
  return {
    pepper: await unsealPepper(key, assignment, world.box.signer.kid),
    codes: await unsealCodes(key, claims as Proof),
  };
}

// Tests bend papers on purpose, so this reads what stands there without any check.
function bodyOf(text: string) {
  return JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString());
}

/** A root of this domain, with one key for one use. */
export async function makeParty(
  domain: string,
  use: Keyset["keys"][number]["use"],
  at: number,
): Promise<WorldParty> {
  const root = generateSigner("EdDSA");
  const key = generateSigner("EdDSA");
  const keysetBody: Keyset = {
    v: 1,
    iss: root.kid,
    sub: root.jwk,
    ver: 1,
    domain,
    exp: at + 30 * dayS,
    keys: [{ jwk: key.jwk, use, nbf: at - dayS, exp: at + 30 * dayS }],
  };
  return { root, key, keysetBody, keyset: await signPaper("keyset", keysetBody, root) };
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

function makeTag(ent: string): World["tag"] {
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

interface GenesisParts {
  readonly at: number;
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly member: NodeSigner;
  readonly ctl: string;
  readonly seal: string;
  readonly uidHash: string;
}

function genesisPolicy(parts: GenesisParts): Policy {
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
    entrances: [
      {
        ent: "street",
        kind: "street",
        ctl: parts.ctl,
        seal: parts.seal,
        presence: "nfc",
        uidHash: parts.uidHash,
        sensing: "contact",
        purposes: ["deliver", "collect", "round"],
        noTap: "refuse",
      },
    ],
    paths: [["street"]],
    carriers: [
      {
        domain: "ups.example",
        root: parts.carrier.root.kid,
        clearance: [{ domain: "clearance.example", root: parts.vetter.root.kid }],
        purposes: ["deliver", "collect"],
        ents: ["street"],
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

function freshX(): string {
  const { jwk } = generateSigner("EdDSA");
  return jwk.x;
}

async function makePapers(parts: {
  readonly at: number;
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly handset: NodeSigner;
  readonly bld: string;
  readonly codes: readonly string[];
  readonly ctl: string;
  readonly seal: string;
}): Promise<ShownPapers> {
  const { at, host, carrier, vetter, handset, bld } = parts;
  const badge = await signPaper(
    "badge",
    {
      v: 1,
      iss: vetter.root.kid,
      car: carrier.root.kid,
      cnf: { jkt: handset.kid },
      drv: "drv-0001",
      uv: false,
      app: "driver.example",
      cleared_until: at + 60 * dayS,
      exp: at + 60 * dayS,
      inv: hashText(crypto, utf8("consent")),
    },
    vetter.key,
  );
  const body = await assembleAssignment(crypto, {
    car: carrier.root.kid,
    bld,
    badge: paperHash(crypto, badge),
    jkt: handset.kid,
    purpose: "deliver",
    nbf: at - 3_600,
    exp: at + 8 * 3_600,
    parcels: parts.codes.map((code) => ({ code })),
    boxes: [{ ctl: parts.ctl, seal: parts.seal }],
    pepper: randomBytes(32),
    jti: randomBytes(16),
  });
  const assignment = await signPaper("assignment", body, carrier.key);
  const grant = await signPaper(
    "grant",
    {
      v: 1,
      iss: host.root.kid,
      bld,
      ctl: parts.ctl,
      ents: ["street"],
      asg: paperHash(crypto, assignment),
      keep: keepBitmap(parts.codes.length, () => true),
      nbf: body.nbf,
      exp: body.exp,
      jti: randomText(16),
      salt: randomText(32),
    },
    host.key,
  );
  return { badge, assignment, grant, handset: handset.jwk };
}

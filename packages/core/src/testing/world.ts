import { randomBytes } from "node:crypto";
import { nodeCrypto } from "../crypto/node.ts";
import {
  generateSealPair,
  generateSigner,
  type NodeSigner,
  randomText,
  type SealPair,
} from "../crypto/node-keys.ts";
import type {
  DoorState,
  LiveTicket,
  Now,
  ProofPaper,
  ShownPapers,
  UnlockRequest,
} from "../decide/facts.ts";
import type { Policy } from "../papers/policy.ts";
import { type AcceptedPolicy, acceptPolicy } from "../papers/policy-chain.ts";
import { policyHash, policyText } from "../papers/read-policy.ts";
import { genesisPolicy, makeTag, signAsMember, type WorldTag } from "./genesis.ts";
import { type GestureOptions, gestures } from "./gestures.ts";
import { type MemoryBox, memoryBox } from "./memory-box.ts";
import { held, makeParty, type WorldParty } from "./parties.ts";
import { type Bend, makePapers } from "./world-papers.ts";

/** Wednesday 2026-11-18, 15:00 UTC: 10:00 in New York, within every schedule of the world. */
export const worldStart = 1_795_014_000;

export interface WorldOptions {
  /** When it begins, in s; {@link worldStart} unless it must live by the machine's own clock. */
  readonly at?: number;
  /** Changes the genesis policy before it is signed. */
  readonly policy?: (policy: Policy) => Policy;
  readonly codes?: readonly string[];
  /** Entrances of the one box; the street door alone when absent. */
  readonly ents?: readonly string[];
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
  /** The sticker of the first entrance, and all of them. */
  readonly tag: WorldTag;
  readonly tags: readonly WorldTag[];
  readonly genesis: Policy;
  readonly policy: AcceptedPolicy;
  readonly state: DoorState;
  readonly papers: ShownPapers;
  readonly codes: readonly string[];
  readonly ent: string;
  /** Signs a policy with the one demo member. */
  readonly signPolicy: (policy: Policy) => string;
  /** Papers like the world's own, but for the bends. */
  readonly reissue: (bend: Bend) => Promise<ShownPapers>;
  /** A fresh tap of a sticker, its counter one higher than the last. */
  readonly tap: (ent?: string) => { readonly e: string; readonly c: string };
  /** Taps, and has the box make and remember a ticket. */
  readonly takeTicket: (papers?: ShownPapers, at?: Now, options?: GestureOptions) => LiveTicket;
  /** A proof of these codes over a ticket: with a finger where the options say so. */
  readonly prove: (
    ticket: LiveTicket,
    codes?: readonly string[],
    papers?: ShownPapers,
    options?: GestureOptions,
  ) => Promise<ProofPaper>;
  /** The whole request with what HPKE reveals: ready for decide(). */
  readonly request: (
    proof: ProofPaper,
    papers?: ShownPapers,
    options?: GestureOptions,
  ) => Promise<UnlockRequest>;
}

const crypto = nodeCrypto();

/** Builds one demonstration building with one box, one carrier, one vetter, one driver. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const { at = worldStart } = options;
  const ents = options.ents ?? ["street"];
  const [host, carrier, vetter] = await Promise.all([
    makeParty("host.example", "grant", at),
    makeParty("ups.example", "dispatch", at),
    makeParty("clearance.example", "badge", at),
  ]);
  const member = generateSigner("ES256");
  const signer = generateSigner("EdDSA");
  const seal = generateSealPair();
  const handset = generateSigner("ES256");
  const tags = ents.map(makeTag);
  const box = { ctl: signer.kid, seal: seal.publicText };
  const change = options.policy ?? ((policy) => policy);
  const genesis = change(genesisPolicy({ at, host, carrier, vetter, member, tags, ...box }));
  const signPolicy = (policy: Policy) => policyText(policy, [signAsMember(member, policy)]);
  const accepted = acceptPolicy(crypto, { text: signPolicy(genesis), last: undefined, at });
  if (accepted.kind === "refused")
    throw new Error(`the world's policy was refused: ${accepted.code}`);
  const memory = memoryBox({ boot: randomText(16), spentSecret: randomBytes(32) });
  const codes = options.codes ?? [
    "1Z999AA10123456784",
    "9400111206206406260787",
    "TBA010000000000",
  ];
  const bld = policyHash(crypto, genesis);
  const makers = { at, host, carrier, vetter, handset, bld, codes, ents, ...box };
  const reissue = (bend: Bend) => makePapers(makers, bend);
  const keysets = new Map(
    [host, carrier, vetter].map((party) => [party.root.kid, held(party.keyset, at)]),
  );
  const state: DoorState = {
    crypto,
    ctl: signer.kid,
    policies: [accepted.accepted],
    keysets,
    stops: [],
    rolledBack: false,
    box: memory.facts,
  };
  const [tag] = tags;
  if (tag === undefined) throw new Error("a world has at least one entrance");
  const base = {
    now: { trusted: at, ageS: 5, monotonicMs: 1_000_000 },
    host,
    carrier,
    vetter,
    member,
    box: { signer, seal, memory },
    handset,
    tag,
    tags,
    genesis,
    policy: accepted.accepted,
    state,
    papers: await reissue({}),
    codes,
    ent: tag.ent,
    signPolicy,
    reissue,
  };
  return { ...base, ...gestures(base) };
}

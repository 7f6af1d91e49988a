import { randomBytes } from "node:crypto";
import { importSealPrivateKey } from "../crypto/hpke.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { type NodeSigner, softwareAssertion } from "../crypto/node-keys.ts";
import type { DoorState, LiveTicket, Now, ProofPaper, ShownPapers } from "../decide/facts.ts";
import { proofChallenge } from "../decide/proof-check.ts";
import { makeTicket } from "../decide/ticket.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { assembleProof } from "../papers/assemble.ts";
import type { Proof } from "../papers/bodies.ts";
import { paperHash } from "../papers/jws.ts";
import type { Purpose } from "../papers/policy.ts";
import { unsealCodes, unsealPepper } from "../papers/sealing.ts";
import { signPaper } from "../papers/sign.ts";
import { newTapWindow, softwareTap, type TapWindow } from "../sticker/index.ts";
import type { World } from "./world.ts";

/** How a gesture differs from the usual one. */
export interface GestureOptions {
  readonly ent?: string;
  readonly state?: DoorState;
  /** Makes the proof as an assertion of the badge's app, with a finger. */
  readonly finger?: boolean;
  readonly purpose?: Purpose;
  readonly handset?: NodeSigner;
  /** Changes the proof's body before it is signed. */
  readonly bend?: (body: Proof) => object;
}

export type Gestures = Pick<World, "tap" | "takeTicket" | "prove" | "request">;

const crypto = nodeCrypto();

/** What a driver does at a door: tap, scan, show. */
export function gestures(world: Omit<World, keyof Gestures>): Gestures {
  let counter = 0;
  const windows = new Map<string, TapWindow>();
  const tap = (ent = world.ent) => {
    counter += 1;
    const tag = world.tags.find((candidate) => candidate.ent === ent) ?? world.tag;
    const { uid, metaReadKey, fileReadKey } = tag;
    const filler = new Uint8Array(5);
    return softwareTap(crypto, { uid, metaReadKey, fileReadKey, counter, filler });
  };
  const takeTicket = (
    papers: ShownPapers = world.papers,
    at: Now = world.now,
    { ent = world.ent, state = world.state }: GestureOptions = {},
  ) => {
    const facts = {
      tags: world.tags,
      window: (uidHash: string) => windows.get(uidHash) ?? newTapWindow(),
      live: [...world.box.memory.tickets.values()],
      boot: world.box.memory.facts.boot,
      nonce: randomBytes(32),
    };
    const request = { papers, ent, presence: { kind: "tap", tap: tap(ent) } } as const;
    const made = makeTicket(state, facts, { request, now: at });
    if (made.kind === "refused") throw new Error(`no ticket: ${made.refusal.code}`);
    if (made.window !== undefined) windows.set(made.window.uidHash, made.window.window);
    const { hash, body } = made;
    const live: LiveTicket = { hash, body, madeAtMs: at.monotonicMs, usedBy: undefined };
    world.box.memory.tickets.set(live.hash, live);
    return live;
  };
  return {
    tap,
    takeTicket,
    prove: (ticket, codes = world.codes.slice(0, 1), papers = world.papers, options = {}) =>
      prove(world, ticket, { codes, papers, options }),
    request: async (proof, papers = world.papers, { ent = world.ent } = {}) => ({
      papers,
      ent,
      proof,
      unsealed: await unsealed(world, proof, papers),
    }),
  };
}

type Base = Omit<World, keyof Gestures>;

async function prove(
  world: Base,
  ticket: LiveTicket,
  {
    codes,
    papers,
    options,
  }: {
    readonly codes: readonly string[];
    readonly papers: ShownPapers;
    readonly options: GestureOptions;
  },
): Promise<ProofPaper> {
  const { ent = world.ent, handset = world.handset, purpose = "deliver" } = options;
  const valid = await assembleProof({
    ticket: ticket.hash,
    grant: paperHash(crypto, papers.grant),
    asg: paperHash(crypto, papers.assignment),
    jkt: handset.kid,
    ent,
    purpose,
    box: { ctl: world.box.signer.kid, seal: world.box.seal.publicText },
    codes,
    jti: randomBytes(16),
  });
  const body = options.bend?.(valid) ?? valid;
  if (options.finger !== true)
    return { kind: "jws", text: await signPaper("proof", body, handset) };
  const text = canonicalize(body);
  const challenge = proofChallenge(crypto, text);
  const rpId = "driver.example";
  const assertion = softwareAssertion(handset, { challenge, rpId, origin: `https://${rpId}` });
  return { kind: "assertion", body: text, assertion };
}

async function unsealed(world: Base, proof: ProofPaper, papers: ShownPapers) {
  const key = await importSealPrivateKey(
    decodeBase64url(world.box.seal.privateText) ?? new Uint8Array(),
  );
  const claims = proof.kind === "jws" ? proof.text : `.${encodeBase64url(utf8(proof.body))}.`;
  return {
    pepper: await unsealPepper(key, bodyOf(papers.assignment), world.box.signer.kid),
    codes: await unsealCodes(key, bodyOf(claims)),
  };
}

/** What stands in a paper, read without any check: tests bend papers on purpose. */
export function bodyOf(text: string) {
  return JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString());
}

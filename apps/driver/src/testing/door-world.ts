import { randomBytes } from "node:crypto";
import {
  type Assignment,
  assembleAssignment,
  type Badge,
  decide,
  decodeBase64url,
  encodeBase64url,
  hashText,
  importSealPrivateKey,
  keepBitmap,
  makeTicket,
  newTapWindow,
  type Policy,
  type Presence,
  type Proof,
  type PublicJwk,
  paperHash,
  personalHash,
  proofBody,
  type Receipt,
  readPaper,
  type ShownPapers,
  signPaper,
  softwareTap,
  type TapWindow,
  uidHashOf,
  unsealCodes,
  unsealPepper,
  utf8,
} from "@vestibule/core";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";

const port = nodeCrypto();
const dayS = 86_400;

/** What the driver's handset sent at enrolment, as far as papers need it. */
export interface EnrolledHandset {
  readonly jwk: PublicJwk;
  readonly jkt: string;
  readonly drv: string;
}

/** What the box's contact will report at the next opening. */
export type DoorFault = "none" | "not-opened" | "no-answer";

/** One building with a street and a lobby door on one real box: real papers, real decide(). */
export interface DoorWorld {
  readonly world: World;
  readonly bld: string;
  readonly drv: string;
  readonly ids: Readonly<Record<"street" | "lobby", string>>;
  readonly codes: readonly string[];
  readonly enrol: (handset: EnrolledHandset) => Promise<{ readonly badge: string }>;
  readonly papers: () => Promise<ShownPapers>;
  /** A fresh reading of a door's sticker. */
  readonly tap: (ent: "street" | "lobby") => { readonly e: string; readonly c: string };
  readonly ticket: (ent: string, presence: Presence) => Promise<TicketGiven>;
  readonly unlock: (ent: string, proof: string) => Promise<readonly string[]>;
  fault: DoorFault;
}

export type TicketGiven =
  | { readonly kind: "ticket"; readonly ticket: string; readonly boxJwk: PublicJwk }
  | { readonly kind: "refused"; readonly code: string; readonly detail: object };

export const driverHost = "driver.localhost";

function makeTag(ent: string) {
  const uid = new Uint8Array(randomBytes(7));
  return {
    ent,
    uid,
    uidHash: uidHashOf(port, uid),
    metaReadKey: randomBytes(16),
    fileReadKey: randomBytes(16),
  };
}

/** Builds the world. `sensing` is the street door's. */
export async function makeDoorWorld(
  sensing: "contact" | "current" | "none" = "contact",
): Promise<DoorWorld> {
  const tags = { street: makeTag("street"), lobby: makeTag("lobby") };
  const world = await makeWorld({ policy: (policy) => twoDoors(policy, tags, sensing) });
  const windows = new Map<string, TapWindow>();
  const counters = { street: 0, lobby: 0 };
  const chain = { seq: 0, prev: encodeBase64url(new Uint8Array(32)) };
  let shown: ShownPapers | undefined;
  const { memory } = world.box;
  const made: DoorWorld = {
    world,
    bld: world.policy.bld,
    drv: "drv-004217",
    ids: { street: "ent_01kaf0q0f6e8r9vdrs8t0s3a1b", lobby: "ent_01kaf0q0f6e8r9vdrs8t0s3a2c" },
    codes: ["1Z999AA10123456784", "9400111206206406260787", "TBA010000000000"],
    fault: "none",
    enrol: async (handset) => {
      shown = await papersFor(world, handset, made.codes);
      return { badge: shown.badge ?? "" };
    },
    papers: async () => {
      if (shown === undefined) throw new Error("nobody has enrolled in this world");
      return shown;
    },
    tap: (ent) => {
      counters[ent] += 1;
      return softwareTap(port, { ...tags[ent], counter: counters[ent], filler: randomBytes(5) });
    },
    ticket: async (ent, presence) => {
      const facts = {
        tags: Object.values(tags),
        window: (uidHash: string) => windows.get(uidHash) ?? newTapWindow(),
        live: [...memory.tickets.values()],
        boot: memory.facts.boot,
        nonce: randomBytes(32),
      };
      const papers = await made.papers();
      const answer = makeTicket(world.state, facts, {
        request: { papers, ent, presence },
        now: world.now,
      });
      if (answer.kind === "refused")
        return { kind: "refused", code: answer.refusal.code, detail: answer.refusal.detail };
      if (answer.window !== undefined) windows.set(answer.window.uidHash, answer.window.window);
      memory.tickets.set(answer.hash, {
        hash: answer.hash,
        body: answer.body,
        madeAtMs: world.now.monotonicMs,
        usedBy: undefined,
      });
      const signature = world.box.signer.sign(utf8(answer.signingInput));
      const ticket = `${answer.signingInput}.${encodeBase64url(signature)}`;
      return { kind: "ticket", ticket, boxJwk: world.box.signer.jwk };
    },
    unlock: (ent, proof) => unlock({ made, chain, ent, proof }),
  };
  return made;
}

interface Unlocking {
  readonly made: DoorWorld;
  readonly chain: { seq: number; prev: string };
  readonly ent: string;
  readonly proof: string;
}

/** Decides as the box does and signs the receipts of what came of it, in order. */
async function unlock({ made, chain, ent, proof }: Unlocking): Promise<readonly string[]> {
  const { world } = made;
  const papers = await made.papers();
  const claimed = readPaper({ crypto: port }, { kind: "proof", text: proof, body: proofBody });
  if (claimed.kind === "refused") throw new Error("the app sent a proof of no shape");
  const unsealed = await unseal(world, papers.assignment, claimed.body);
  const request = { papers, ent, proof: { kind: "jws", text: proof } as const, unsealed };
  const decision = decide(world.state, request, world.now);
  if (decision.kind === "unknown") throw new Error(`the box did not know: ${decision.step}`);
  world.box.memory.apply(decision.changes);
  const kind = world.policy.entrances.get(ent)?.sensing ?? "none";
  const sign = (part: Pick<Receipt, "stage" | "sensing"> & { readonly code?: string }) =>
    signReceipt(world, chain, { ent, ...part });
  const before = { kind, result: "unknown" } as const;
  if (decision.kind === "refused")
    return [await sign({ stage: decision.stage, code: decision.code, sensing: before })];
  if (made.fault === "no-answer") return [await sign({ stage: "authorized", sensing: before })];
  const released = await sign({ stage: "released", sensing: before });
  if (kind === "none") return [released];
  if (made.fault === "not-opened")
    return [released, await sign({ stage: "released", sensing: { kind, result: "not-opened" } })];
  const result = kind === "contact" ? "opened" : "current";
  return [released, await sign({ stage: "confirmed", sensing: { kind, result } })];
}

async function unseal(world: World, assignmentText: string, proof: Proof) {
  const key = await importSealPrivateKey(
    decodeBase64url(world.box.seal.privateText) ?? new Uint8Array(),
  );
  const assignment: Assignment = JSON.parse(
    Buffer.from(assignmentText.split(".")[1] ?? "", "base64url").toString(),
  );
  return {
    pepper: await unsealPepper(key, assignment, world.box.signer.kid),
    codes: await unsealCodes(key, proof),
  };
}

async function signReceipt(
  world: World,
  chain: { seq: number; prev: string },
  part: Pick<Receipt, "ent" | "stage" | "sensing"> & { readonly code?: string },
): Promise<string> {
  const personal = { parcels: [0], salt: randomText(32) };
  chain.seq += 1;
  const body: Receipt = {
    v: 1,
    iss: world.box.signer.kid,
    att: attemptId,
    bld: world.policy.bld,
    boot: world.box.memory.facts.boot,
    flags: [],
    keysets: hashText(port, utf8("keysets")),
    link: "test",
    ph: personalHash(port, personal),
    pol: world.policy.hash,
    prev: chain.prev,
    seq: chain.seq,
    stops: hashText(port, utf8("stops")),
    time: { local: world.now.trusted ?? 0 },
    versions: { box: "1.0.0" },
    ...part,
  };
  const text = await signPaper("receipt", body, world.box.signer);
  chain.prev = paperHash(port, text);
  return text;
}

export const attemptId = "att_01kaf0q0f6e8r9vdrs8t0s3a3d";

function twoDoors(
  policy: Policy,
  tags: Readonly<Record<"street" | "lobby", { readonly uidHash: string }>>,
  sensing: "contact" | "current" | "none",
): Policy {
  const [street] = policy.entrances;
  if (street === undefined) throw new Error("the world has no street door");
  return {
    ...policy,
    place: { name: "The Vestibule", address: "51 Barrow Street, New York 10014" },
    entrances: [
      { ...street, uidHash: tags.street.uidHash, sensing },
      { ...street, ent: "lobby", kind: "lobby", uidHash: tags.lobby.uidHash, sensing: "current" },
    ],
    paths: [["street", "lobby"]],
    carriers: policy.carriers.map((carrier) => ({ ...carrier, ents: ["street", "lobby"] })),
    apps: { ...policy.apps, domains: [driverHost] },
  };
}

async function papersFor(
  world: World,
  { jwk, jkt, drv }: EnrolledHandset,
  codes: readonly string[],
): Promise<ShownPapers> {
  const at = world.now.trusted ?? 0;
  const { carrier, vetter, host, box } = world;
  const badgePaper: Badge = {
    v: 1,
    iss: vetter.root.kid,
    car: carrier.root.kid,
    cnf: { jkt },
    drv,
    uv: false,
    app: driverHost,
    cleared_until: at + 60 * dayS,
    exp: at + 60 * dayS,
    inv: hashText(port, utf8("consent")),
  };
  const badge = await signPaper("badge", badgePaper, vetter.key);
  const body = await assembleAssignment(port, {
    car: carrier.root.kid,
    bld: world.policy.bld,
    badge: paperHash(port, badge),
    jkt,
    purpose: "deliver",
    nbf: at - 3_600,
    exp: at + 8 * 3_600,
    parcels: codes.map((code) => ({ code })),
    boxes: [{ ctl: box.signer.kid, seal: box.seal.publicText }],
    pepper: randomBytes(32),
    jti: randomBytes(16),
  });
  const assignment = await signPaper("assignment", body, carrier.key);
  const grant = await signPaper(
    "grant",
    {
      v: 1,
      iss: host.root.kid,
      bld: world.policy.bld,
      ctl: box.signer.kid,
      ents: ["street", "lobby"],
      asg: paperHash(port, assignment),
      keep: keepBitmap(codes.length, () => true),
      nbf: body.nbf,
      exp: body.exp,
      jti: randomText(16),
      salt: randomText(32),
    },
    host.key,
  );
  return { badge, assignment, grant, handset: jwk };
}

import { generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { boundedMemo, openBoxStore, type Runtime, startRuntime } from "@vestibule/controller";
import {
  assembleProof,
  decodeBase64url,
  importSealPrivateKey,
  type Proof,
  paperHash,
  type SealPrivateKey,
  signPaper,
  softwareTap,
  unsealCodes,
} from "@vestibule/core";
import type { BoxMessage, ServerMessage } from "@vestibule/core/link";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import { cpuMs } from "./child.ts";
import { type District, type Errand, layBox, makeDistrict, type Site } from "./district.ts";
import { instantStrike } from "./instant-strike.ts";
import { rowId } from "./lay-rows.ts";
import type { Plan } from "./plan.ts";
import { atLeast, median, type Row, type Section, spread } from "./table.ts";

const crypto = nodeCrypto();
const drivers = 32;

/** The box alone, its link in this process, against its own cryptography and commits in a row. */
export async function benchController({ quick }: Plan): Promise<readonly Section[]> {
  const repetitions = quick ? 3 : 9;
  const folder = mkdtempSync(join(tmpdir(), "vestibule-bench-box-"));
  const closers: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    // Two a handset in each of two runs of each repetition, the warming ones too.
    const codes = 4 * (repetitions + 2);
    const district = await makeDistrict({ sites: 1, drivers, codes });
    const rig = await startBox(folder, district);
    closers.push(rig.end);
    const bare = await startBare(folder, district);
    closers.push(bare.end);
    const levels = new Map([1, 16].map((inFlight) => [inFlight, noneYet()]));
    for (let repetition = -2; repetition < repetitions; repetition += 1)
      for (const [inFlight, level] of levels) {
        const unlocks = await rig.prepare();
        const proofs = unlocks.map(({ body }) => body);
        const ours = await costed(unlocks.length, () => rig.run(unlocks, inFlight));
        const other = await costed(unlocks.length, () => bare.run(proofs));
        if (repetition < 0) continue;
        level.ours.push(ours);
        level.bare.push(other);
      }
    return [sectionOf(levels)];
  } finally {
    for (const close of closers.toReversed()) close();
  }
}

/** How many a second, and what one cost all threads of this process, in ms. */
interface Taken {
  readonly rate: number;
  readonly cpuMs: number;
}

interface Level {
  readonly ours: Taken[];
  readonly bare: Taken[];
}

function noneYet(): Level {
  return { ours: [], bare: [] };
}

async function costed(count: number, run: () => Promise<number>): Promise<Taken> {
  const before = cpuMs();
  const seconds = await run();
  return { rate: count / seconds, cpuMs: (cpuMs() - before) / count };
}

const rates = (taken: readonly Taken[]) => taken.map(({ rate }) => rate);
const processor = (taken: readonly Taken[]) =>
  `processor ${median(taken.map((one) => one.cpuMs)).toFixed(2)} ms each`;

function sectionOf(levels: ReadonlyMap<number, Level>): Section {
  const rows = [...levels].flatMap(([inFlight, { ours, bare }]): Row[] => [
    {
      name: `controller: unlocks confirmed, ${inFlight} in flight`,
      value: median(rates(ours)),
      unit: "/s",
      note: `${processor(ours)}; limit: two commits with their fsync, one HPKE opening, one verification, two signatures`,
    },
    {
      name: `controller: bare loop beside ${inFlight} in flight`,
      value: median(rates(bare)),
      unit: "/s",
      note: processor(bare),
    },
    atLeast(
      `controller: over its bare loop, ${inFlight} in flight`,
      median(ours.map(({ rate }, place) => rate / (bare[place]?.rate ?? Number.NaN))),
      { bound: 0.8, note: `${ours.length} interleaved pairs of ${2 * drivers}` },
    ),
  ]);
  const noise = Math.max(...[...levels.values()].map(({ bare }) => spread(rates(bare))));
  return { title: "The controller alone", rows, noise };
}

interface Unlock {
  readonly message: ServerMessage & { readonly t: "unlock" };
  readonly body: Proof;
}

/** The runtime over its store, with a host that acknowledges at once. */
async function startBox(folder: string, district: District) {
  const [site] = district.sites;
  if (site === undefined) throw new Error("a district without a site");
  const home = join(folder, "box");
  mkdirSync(home);
  layBox(home, site);
  const store = openBoxStore(crypto, join(home, "box.sqlite"));
  const heard = new Map<string, (message: BoxMessage) => void>();
  const runtime = startRuntime({
    crypto,
    store,
    sealKey: await sealKeyOf(site),
    strikes: new Map([["street", instantStrike(() => undefined)]]),
    monotonicMs: () => performance.now(),
    burnClaim: () => undefined,
    onFatal: (error) => {
      throw error;
    },
    ports: {
      identity: identityOf(site),
      crypto,
      memo: boundedMemo(),
      random: (size) => randomBytes(size),
      tags: [{ ent: "street", ...site.tag }],
      heldOpenMs: 600_000,
    },
  });
  const say = (message: ServerMessage) => runtime.push({ kind: "message", message });
  const hear = (name: string) =>
    new Promise<BoxMessage>((resolve) => {
      heard.set(name, (message) => {
        heard.delete(name);
        resolve(message);
      });
    });
  const takeFrame = (message: BoxMessage) => {
    if (message.t === "receipt") {
      const claims: { readonly seq: number; readonly att: string; readonly code?: string } =
        JSON.parse(Buffer.from(message.text.split(".")[1] ?? "", "base64url").toString());
      say({ t: "ack", seq: claims.seq });
      if (claims.code !== undefined) throw new Error(`the box refused: ${claims.code}`);
      if (message.last) heard.get(claims.att)?.(message);
    } else if ("id" in message) heard.get(message.id)?.(message);
    else heard.get(message.t)?.(message);
  };
  await connect(runtime, { say, hear, takeFrame, district });
  let ids = 0;
  const id = (prefix: string) => {
    ids += 1;
    return rowId(prefix, ids);
  };
  const prepare = async (): Promise<readonly Unlock[]> => {
    const unlocks: Unlock[] = [];
    // Two live tickets a handset.
    for (const errand of [...district.errands, ...district.errands]) {
      const asked = id("req");
      const answer = hear(asked);
      say(ticketMessage(errand, asked));
      const made = await answer;
      if (made.t !== "ticket-made") throw new Error(`no ticket: ${JSON.stringify(made)}`);
      unlocks.push(
        await proveOver(errand, { ticket: paperHash(crypto, made.ticket), att: id("att") }),
      );
    }
    return unlocks;
  };
  const run = async (unlocks: readonly Unlock[], inFlight: number): Promise<number> => {
    const start = performance.now();
    let next = 0;
    const worker = async () => {
      for (let unlock = unlocks[next]; unlock !== undefined; unlock = unlocks[next]) {
        next += 1;
        const { message } = unlock;
        const confirmed = hear(message.att);
        say({ ...message, deadlineMs: Date.now() + 3_000 });
        await confirmed;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    return (performance.now() - start) / 1_000;
  };
  const end = () => {
    runtime.stop();
    store.close();
  };
  return { prepare, run, end };
}

async function connect(
  runtime: Runtime,
  {
    say,
    hear,
    takeFrame,
    district,
  }: {
    readonly say: (message: ServerMessage) => void;
    readonly hear: (name: string) => Promise<BoxMessage>;
    readonly takeFrame: (message: BoxMessage) => void;
    readonly district: District;
  },
): Promise<void> {
  const asked = hear("ask-time");
  runtime.attachLink({ send: takeFrame, cut: () => undefined });
  say({ t: "hello", nonce: "A".repeat(43), server: "https://host.example" });
  say({ t: "welcome", seq: 0 });
  const question = await asked;
  if (question.t === "ask-time") say({ t: "time", nonce: question.nonce, nowMs: Date.now() });
  for (const { keyset } of [district.host, district.carrier, district.vetter]) {
    const taken = hear("keyset-result");
    say({ t: "keyset", text: keyset });
    await taken;
  }
}

function identityOf({ box, seal }: Site) {
  const { jwk, kid: ctl, sign: signs } = box;
  if (jwk.kty !== "OKP") throw new Error("a box signs with Ed25519");
  return {
    jwk,
    ctl,
    seal: seal.publicText,
    sign: signs,
    spentSecret: randomBytes(32),
    claim: undefined,
    boot: randomText(16),
    version: "0.1.0",
    server: "https://host.example",
  };
}

function sealKeyOf({ seal }: Site): Promise<SealPrivateKey> {
  return importSealPrivateKey(decodeBase64url(seal.privateText) ?? new Uint8Array());
}

function ticketMessage({ site, driver, assignment, grant }: Errand, id: string) {
  site.counter += 1;
  const { uid, metaReadKey, fileReadKey } = site.tag;
  const { counter } = site;
  const filler = new Uint8Array(5);
  const { jwk } = driver.handset;
  if (jwk.kty !== "EC") throw new Error("a handset signs with P-256");
  return {
    t: "ticket" as const,
    id,
    papers: { badge: driver.badge, assignment, grant, handset: { ...jwk } },
    ent: "street",
    presence: {
      kind: "tap" as const,
      tap: softwareTap(crypto, { uid, metaReadKey, fileReadKey, counter, filler }),
    },
    deadlineMs: Date.now() + 3_000,
  };
}

async function proveOver(
  { site, driver, grant, assignment, codes }: Errand,
  { ticket, att }: { readonly ticket: string; readonly att: string },
): Promise<Unlock> {
  const body = await assembleProof({
    ticket,
    grant: paperHash(crypto, grant),
    asg: paperHash(crypto, assignment),
    jkt: driver.handset.kid,
    ent: "street",
    purpose: "deliver",
    box: { ctl: site.box.kid, seal: site.seal.publicText },
    codes: [codes.pop() ?? ""],
    jti: randomBytes(16),
  });
  const text = await signPaper("proof", body, driver.handset);
  const proof = { kind: "jws" as const, text };
  return { message: { t: "unlock", att, ent: "street", proof, deadlineMs: 0 }, body };
}

/** One after the other: a verification, an HPKE opening, then twice a signature and a commit. */
async function startBare(folder: string, { sites: [site] }: District) {
  if (site === undefined) throw new Error("a district without a site");
  const database = new DatabaseSync(join(folder, "bare.sqlite"));
  database.exec("pragma locking_mode = exclusive; pragma journal_mode = wal;");
  database.exec("pragma synchronous = full;");
  database.exec("create table record (id integer primary key, body text)");
  const put = database.prepare("insert into record (body) values (?)");
  const bytes = Buffer.alloc(600, 7);
  const receiptBytes = Buffer.alloc(900, 7);
  const handset = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { key: handset.publicKey, dsaEncoding: "ieee-p1363" } as const;
  const signature = sign("sha256", bytes, { ...key, key: handset.privateKey });
  const box = generateKeyPairSync("ed25519").privateKey;
  const sealKey = await sealKeyOf(site);
  const row = "x".repeat(1_200);
  return {
    run: async (proofs: readonly Proof[]): Promise<number> => {
      const start = performance.now();
      for (const proof of proofs) {
        if (!verify("sha256", bytes, key, signature)) throw new Error("it must verify");
        await unsealCodes(sealKey, proof);
        for (let receipt = 0; receipt < 2; receipt += 1) {
          sign(null, receiptBytes, box);
          put.run(row);
        }
      }
      return (performance.now() - start) / 1_000;
    },
    end: () => database.close(),
  };
}

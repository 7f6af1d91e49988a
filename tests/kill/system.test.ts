import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { loadBoxKeys } from "@vestibule/controller";
import { type ChainHead, intakeReceipt } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import type { Answer, Attempt } from "@vestibule/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { firedPulses } from "../system/boxes.ts";
import { enrolPhone, importParcels, type Phone, type Proven } from "../system/phone.ts";
import { openStreet, type Street, type StreetDoor } from "../system/street.ts";
import { until } from "../system/until.ts";

let street: Street;
let door: StreetDoor;
let used = 0;
/** Attempts that the host answered for. */
const answered: Attempt[] = [];

beforeAll(async () => {
  // Somebody pulls the door a while after the release, so that the middle of the pulse can be met.
  const plan = { ent: "street", kind: "street", sensing: "contact", autoOpen: "200,60" } as const;
  street = await openStreet([plan]);
  door = street.door("street");
});
afterAll(() => street?.close());

// Two pulses that overlap are one release to the latch: each case begins at a locked door.
beforeEach(() => until(() => !door.released(), "a locked door"));

/** A driver of each case's own: what one case leaves at the box concerns nobody else's. */
async function freshDriver(): Promise<{ readonly phone: Phone; readonly code: string }> {
  used += 1;
  const code = `TBA${String(used).padStart(12, "0")}`;
  const phone = await enrolPhone(street.ground, `Driver ${used}`);
  await importParcels(street.ground, phone.label, [code]);
  return { phone, code };
}

const victims = ["server", "controller", "PostgreSQL", "strike"] as const;
type Victim = (typeof victims)[number];
const stages = [
  "before the attempt is recorded",
  "after it is recorded, before the box is asked",
  "after the box is asked",
  "in the middle of the pulse",
  "before the last receipt",
  "before the acknowledgement",
] as const;
type Stage = (typeof stages)[number];

async function kill(victim: Victim): Promise<void> {
  if (victim === "PostgreSQL") process.kill(street.postgresPid(), "SIGKILL");
  else if (victim === "strike") await door.strike.killHard();
  else await street[victim].killHard();
}

/** The wire dies with either of its ends; what it held is lost. */
function cutWith(victim: Victim): void {
  if (victim === "server" || victim === "controller") street.proxy.cut();
  street.proxy.flow();
}

async function attemptsKnown(): Promise<readonly string[]> {
  return (await street.query("select id from vestibule.attempt")).map(({ id }) => String(id));
}

/** Sends a proof and kills the victim at the stage; resolves with the host's answer, if any. */
async function killAt(
  stage: Stage,
  victim: Victim,
  { phone, proven }: { readonly phone: Phone; readonly proven: Proven },
): Promise<Answer<Attempt>> {
  const { proxy } = street;
  const known = new Set(await attemptsKnown());
  const recorded = () =>
    until(async () => (await attemptsKnown()).find((id) => !known.has(id)), "the attempt's row");
  switch (stage) {
    case "before the attempt is recorded": {
      await kill(victim);
      return phone.unlock(proven);
    }
    case "after it is recorded, before the box is asked": {
      proxy.hold("down");
      const answer = phone.unlock(proven);
      await recorded();
      await kill(victim);
      cutWith(victim);
      return answer;
    }
    case "after the box is asked": {
      const before = proxy.asked.length;
      const answer = phone.unlock(proven);
      await until(() => proxy.asked.length > before, "the box is asked");
      await kill(victim);
      return answer;
    }
    case "in the middle of the pulse": {
      const before = door.releases();
      const answer = phone.unlock(proven);
      const answered = hasSettled(answer);
      await until(() => door.releases() > before || answered(), "the pulse");
      await kill(victim);
      return answer;
    }
    case "before the last receipt": {
      const before = door.releases();
      proxy.holdAfterUnlock("up");
      const answer = phone.unlock(proven);
      const answered = hasSettled(answer);
      // Counted, since a look every few ms may miss a pulse that came and went.
      const over = () => door.releases() > before && !door.released();
      await until(() => over() || answered(), "the pulse and its end");
      await kill(victim);
      cutWith(victim);
      return answer;
    }
    case "before the acknowledgement": {
      proxy.holdAfterUnlock("down");
      const answer = phone.unlock(proven);
      const att = await recorded();
      const newest = async () => (await stagesOf(att)).at(-1) ?? "authorized";
      await until(async () => (await newest()) !== "authorized", "every receipt is kept");
      await kill(victim);
      cutWith(victim);
      return answer;
    }
  }
}

/** Whether there is an answer: then nothing of the attempt is to be waited for any more. */
function hasSettled(answer: Promise<unknown>): () => boolean {
  let settled = false;
  void answer.finally(() => {
    settled = true;
  });
  return () => settled;
}

async function stagesOf(att: string): Promise<readonly string[]> {
  const sql = "select stage, code from vestibule.receipt where attempt_id = $1 order by seq";
  return (await street.query(sql, [att])).map(({ stage, code }) => String(code ?? stage));
}

/** Nobody lends a hand: only waits until everything stands again. */
async function recover(welcomes: number, victim: Victim): Promise<void> {
  await Promise.all([street.server.ready(), street.controller.ready(), door.strike.ready()]);
  await until(door.door.connected, "the strike's control channel");
  const linkDied = victim === "server" || victim === "controller";
  await until(() => street.proxy.welcomes() > (linkDied ? welcomes : 0), "the link");
}

function keep(answer: Answer<Attempt>): Attempt | undefined {
  if (answer.kind === "fault") return undefined;
  answered.push(answer.value);
  return answer.value;
}

/**
 * The same label once more; until the box and its strike are well again, no pulse is lost on it.
 * What counts is the box's last word, also where a busy machine brings it after a driver's 3 s.
 */
async function again({
  phone,
  code,
}: {
  readonly phone: Phone;
  readonly code: string;
}): Promise<Attempt> {
  return until(async () => {
    const first = keep(await phone.deliver(door, code));
    const seen = first === undefined ? undefined : await phone.lastWord(first);
    const nothingSpent =
      seen?.code === "ticket-expired" ||
      (seen?.code === "strike-fault" && (await stagesOf(seen.id)).length < 2);
    return nothingSpent ? undefined : seen;
  }, "an answer to the same label");
}

/** What the strike itself fired for these attempts, by its own file. */
function firedOf(attempts: readonly string[]): readonly string[] {
  return firedPulses(door.spentFile).filter((id) => attempts.includes(id));
}

describe.each(stages)("killed %s", (stage) => {
  it.each(victims)("the %s comes back, and the label has opened once at most", async (victim) => {
    const driver = await freshDriver();
    const before = new Set(await attemptsKnown());
    const { phone, code } = driver;
    const proven = await phone.prove(await phone.ticketAt(door), [code]);
    const welcomes = street.proxy.welcomes();
    const first = keep(await killAt(stage, victim, { phone, proven }));
    await recover(welcomes, victim);
    const mine = async () => (await attemptsKnown()).filter((id) => !before.has(id));
    const [att] = await mine();
    const second = await again(driver);
    // By the box's own word: once authorized, the label is spent, whatever became of the pulse.
    const spent = att !== undefined && (await stagesOf(att)).includes("authorized");
    if (first?.stage === "confirmed") expect(spent).toBe(true);
    if (spent) expect(second).toMatchObject({ code: "code-spent", outcome: "failed" });
    else expect(second).toMatchObject({ stage: "confirmed", outcome: "reached" });
    const fired = firedOf(await mine());
    expect(fired.length).toBeLessThanOrEqual(1);
    if (!spent) expect(fired).toEqual([second.id]);
  });
});

describe("a command that comes too late", () => {
  const lateMs = 3_200;

  it("never fires on a controller that slept through its deadline", async () => {
    const driver = await freshDriver();
    const { phone, code } = driver;
    const before = door.releases();
    const proven = await phone.prove(await phone.ticketAt(door), [code]);
    const asked = street.proxy.asked.length;
    street.controller.freeze();
    const answer = phone.unlock(proven);
    await until(() => street.proxy.asked.length > asked, "the box is asked");
    const seen = keep(await answer);
    expect(seen).toMatchObject({ stage: "presented", outcome: "unconfirmed" });
    await pause(lateMs - 3_000);
    street.controller.thaw();
    await until(async () => (await stagesOf(seen?.id ?? "")).length > 0, "the box's late word");
    expect(await stagesOf(seen?.id ?? "")).toEqual(["ticket-expired"]);
    const [row] = await street.query("select * from vestibule.attempt where id = $1", [seen?.id]);
    expect(row).toMatchObject({ late: true, code: "ticket-expired", outcome: "failed" });
    expect(door.releases()).toBe(before);
    expect(await again(driver)).toMatchObject({ stage: "confirmed" });
  });

  it("never fires when the wire kept it while the server slept", async () => {
    const driver = await freshDriver();
    const { phone, code } = driver;
    const before = door.releases();
    const proven = await phone.prove(await phone.ticketAt(door), [code]);
    const known = new Set(await attemptsKnown());
    street.proxy.hold("down");
    const answer = phone.unlock(proven);
    const look = async () => (await attemptsKnown()).find((id) => !known.has(id));
    const att = await until(look, "the attempt's row");
    // The row is there before the command is: the server may sleep only once the wire has both.
    await until(() => street.proxy.holds(att), "the wire holds the command");
    street.server.freeze();
    await pause(lateMs);
    street.proxy.flow();
    await until(() => street.proxy.asked.includes(att), "the box is asked");
    street.server.thaw();
    keep(await answer);
    await until(async () => (await stagesOf(att)).length > 0, "the box's late word");
    expect(await stagesOf(att)).toEqual(["ticket-expired"]);
    expect(door.releases()).toBe(before);
    expect(await again(driver)).toMatchObject({ stage: "confirmed" });
  });
});

describe("after all of it", () => {
  it("no box was asked and no strike fired without a record made before", async () => {
    expect(street.proxy.asked.length).toBeGreaterThan(stages.length * victims.length);
    expect(street.unrecorded).toEqual([]);
    const known = await attemptsKnown();
    for (const id of firedPulses(door.spentFile)) {
      expect(known).toContain(id);
      expect(await stagesOf(id)).toContain("authorized");
    }
  });

  it("the box's chain is whole, and every receipt of it is with the host, once", async () => {
    const sql = "select jws from vestibule.receipt order by seq";
    const kept = async () => (await street.query(sql)).map(({ jws }) => String(jws));
    // Each attempt's end is with the host by now; the box may still be being told of the last.
    const last = async () =>
      Number((await street.query("select max(seq) from vestibule.receipt"))[0]?.["max"]);
    await until(
      async () => street.proxy.acknowledged() === (await last()),
      "the last receipt is acknowledged",
    );
    await street.controller.stop();
    const written = receiptsOnDisk();
    const { signer } = loadBoxKeys(street.box.folder);
    let head: ChainHead | undefined;
    for (const text of written) {
      const given = { text, personal: undefined, head };
      const taken = intakeReceipt({ crypto: nodeCrypto() }, given, {
        ctl: signer.kid,
        jwk: signer.jwk,
      });
      expect(taken.kind).toBe("next");
      if (taken.kind === "next") head = taken.head;
    }
    expect(await kept()).toEqual(written);
    expect(street.proxy.acknowledged()).toBe(head?.seq);
  });

  it("nothing that was answered or acknowledged is lost", async () => {
    expect(answered.length).toBeGreaterThan(stages.length * victims.length);
    for (const { id, receipt, stage } of answered) {
      const [row] = await street.query("select stage from vestibule.attempt where id = $1", [id]);
      expect(row).toBeDefined();
      if (stage === "confirmed") expect(row).toMatchObject({ stage });
      if (receipt === undefined) continue;
      const found = await street.query("select 1 from vestibule.receipt where jws = $1", [receipt]);
      expect(found).toHaveLength(1);
    }
  });
});

function receiptsOnDisk(): readonly string[] {
  const database = new DatabaseSync(join(street.box.folder, "box.sqlite"));
  try {
    const rows = database.prepare("select text from receipt order by seq").all();
    return rows.map(({ text }) => String(text));
  } finally {
    database.close();
  }
}

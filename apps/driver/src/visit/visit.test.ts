import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Building } from "../api/today.ts";
import type { AttemptPlan, DoorCalls, Reached } from "./door-calls.ts";
import { createVisit, type Visit } from "./visit.ts";
import type { Failure } from "./visit-state.ts";

const street = "ent_01kaf0q0f6e8r9vdrs8t0s3a1b";
const lobby = "ent_01kaf0q0f6e8r9vdrs8t0s3a2c";
const entrance = (id: string, ent: "street" | "lobby") =>
  ({ id, ent, kind: ent, presence: "nfc", noTap: "refuse", boxOnline: true }) as const;
const building: Building = {
  bld: "b",
  name: "The Vestibule",
  address: "51 Barrow Street",
  tz: "America/New_York",
  demo: true,
  entrances: [entrance(street, "street"), entrance(lobby, "lobby")],
  paths: [["street", "lobby"]],
  policy: "{}",
  assignments: [
    {
      id: "asg",
      text: "",
      hash: "",
      grant: [],
      window: { from: 0, until: 1 },
      purpose: "deliver",
      parcels: 1,
    },
  ],
  keysets: [],
};
const code = { canonical: "1Z999AA10123456784", says: "UPS 1Z…6784" };
const tapOf = (ent: string) => ({ ent, e: "E", c: "C" });

type Ticketed = Extract<Reached, { readonly kind: "ticket" }>;
/** Only what the machine looks into stands in a test's ticket. */
const isTicketed = (value: { readonly kind: string }): value is Ticketed => value.kind === "ticket";
const ticketOf = (ent: string): Reached => {
  const made = { kind: "ticket", ticket: { hash: `ticket-${ent}`, body: { ent } } };
  if (!isTicketed(made)) throw new Error("a ticket is a ticket");
  return made;
};
const opened: Reached = { kind: "ended", outcome: { kind: "opened" }, receipt: undefined };

/** What the test answers, in the order in which the machine asked. */
interface Asked {
  readonly tickets: ((reached: Reached) => void)[];
  readonly fingers: {
    readonly signal: AbortSignal;
    readonly give: (came: "signed" | Failure) => void;
  }[];
  readonly sent: { readonly plan: AttemptPlan; readonly answer: (reached: Reached) => void }[];
}

let asked: Asked;
let visit: Visit;
let wallMs: number;
let feels: string[];
const settle = () => new Promise((resolve) => setImmediate(resolve));
const step = () => visit.state().step;

function start(finger: boolean): void {
  asked = { tickets: [], fingers: [], sent: [] };
  feels = [];
  wallMs = 1_900_000_000_000;
  const calls: DoorCalls = {
    askTicket: () => new Promise((resolve) => asked.tickets.push(resolve)),
    newAttempt: (plan) => {
      let signed = !finger;
      return {
        needsFinger: () => !signed,
        sign: (signal) =>
          signed
            ? Promise.resolve("signed")
            : new Promise((resolve) => {
                const give = (came: "signed" | Failure): void => {
                  signed = came === "signed";
                  resolve(came);
                };
                signal.addEventListener("abort", () => signed || give("finger"));
                asked.fingers.push({ signal, give });
              }),
        send: () => new Promise((answer) => asked.sent.push({ plan, answer })),
      };
    },
  };
  visit = createVisit({
    calls,
    buildings: () => [building],
    released: () => feels.push("released"),
    refused: () => feels.push("refused"),
    nowMs: () => 0,
    wallMs: () => wallMs,
  });
}
afterEach(() => visit.end());

async function tapAndScan(): Promise<void> {
  visit.label({ kind: "code", code });
  visit.tap(tapOf(street));
  asked.tickets[0]?.(ticketOf("street"));
  await settle();
}

describe("a visit whose proofs take a finger", () => {
  beforeEach(() => start(true));

  it("asks for one finger for each opening, after tap and label, and sends with it", async () => {
    await tapAndScan();
    expect(step()).toMatchObject({ kind: "finger", entrance: { ent: "street" } });
    expect(asked.sent).toHaveLength(0);
    asked.fingers[0]?.give("signed");
    await settle();
    expect(step().kind).toBe("opening");
    asked.sent[0]?.answer(opened);
    await settle();
    visit.tap(tapOf(lobby));
    asked.tickets[1]?.(ticketOf("lobby"));
    await settle();
    expect([step().kind, asked.fingers.length]).toEqual(["finger", 2]);
  });

  it("keeps tap and label when no finger was given, and asks again at the driver's word", async () => {
    await tapAndScan();
    asked.fingers[0]?.give("finger");
    await settle();
    expect(step()).toMatchObject({ kind: "failed", failure: "finger", again: true });
    expect(visit.state().codes).toEqual([code]);
    expect(asked.sent).toHaveLength(0);
    visit.again();
    expect(step().kind).toBe("finger");
    asked.fingers[1]?.give("signed");
    await settle();
    expect(asked.sent[0]?.plan).toMatchObject({ codes: [code], ticket: { hash: "ticket-street" } });
    expect(asked.tickets).toHaveLength(1);
  });

  it("asks for no second finger when only the answer was lost", async () => {
    await tapAndScan();
    asked.fingers[0]?.give("signed");
    await settle();
    asked.sent[0]?.answer({ kind: "failed", failure: "no-network", again: true });
    await settle();
    visit.again();
    expect(step().kind).toBe("opening");
    await settle();
    expect([asked.fingers.length, asked.sent.length]).toEqual([1, 2]);
  });

  it("gives a waiting finger up when the driver taps elsewhere or leaves", async () => {
    await tapAndScan();
    visit.tap(tapOf(lobby));
    expect(asked.fingers[0]?.signal.aborted).toBe(true);
    await settle();
    expect(step().kind).toBe("arriving");
    asked.tickets[1]?.(ticketOf("lobby"));
    await settle();
    visit.end();
    expect(asked.fingers[1]?.signal.aborted).toBe(true);
    await settle();
    expect([step().kind, asked.sent.length]).toEqual(["ready", 0]);
  });
});

describe("a visit", () => {
  beforeEach(() => start(false));

  it("belongs to the last of two taps: the first one's answer is nobody's", async () => {
    visit.label({ kind: "code", code });
    visit.tap(tapOf(street));
    visit.tap(tapOf(lobby));
    asked.tickets[1]?.(ticketOf("lobby"));
    asked.tickets[0]?.(ticketOf("street"));
    await settle();
    expect(step()).toMatchObject({ kind: "opening", entrance: { ent: "lobby" } });
    expect(asked.sent).toHaveLength(1);
  });

  it("forgets a number after five minutes, also when the phone slept through them", async () => {
    visit.label({ kind: "code", code });
    wallMs += 299_999;
    visit.wake();
    expect(visit.state().codes).toHaveLength(1);
    // Timers and this page's own clock stood still; the wall clock did not.
    wallMs += 1;
    visit.wake();
    expect(visit.state().codes).toEqual([]);
    visit.label({ kind: "code", code });
    wallMs += 300_000;
    visit.tap(tapOf(street));
    asked.tickets[0]?.(ticketOf("street"));
    await settle();
    expect(step().kind).toBe("at-door");
    expect(asked.sent).toEqual([]);
  });

  it("says that a door is not on today's list without losing the label", () => {
    visit.label({ kind: "code", code });
    visit.tap(tapOf("ent_01kaf0q0f6e8r9vdrs8t0s3zzz"));
    expect(step()).toMatchObject({ kind: "failed", failure: "not-today" });
    expect(visit.state().codes).toEqual([code]);
  });

  it("feels the release once, and a refusal otherwise", async () => {
    await tapAndScan();
    asked.sent[0]?.answer(opened);
    await settle();
    expect(feels).toEqual(["released"]);
    expect(visit.state().passed).toEqual(["street"]);
  });

  it("drops what it holds by its own timer", () => {
    vi.useFakeTimers();
    visit.label({ kind: "code", code });
    vi.advanceTimersByTime(300_000);
    vi.useRealTimers();
    expect(visit.state().codes).toEqual([]);
  });
});

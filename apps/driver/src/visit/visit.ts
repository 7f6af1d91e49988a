import { type StageProgress, stages } from "@vestibule/ui";
import type { LiveStage } from "../api/live.ts";
import type { Assignment, Building, Entrance } from "../api/today.ts";
import type { DoorAttempt, DoorCalls, Reached } from "./door-calls.ts";
import { codeHeldMs, type HeldCode, holdCode, type LabelRead } from "./held-codes.ts";
import { mayBeInside, type Outcome, wasReleased } from "./outcome.ts";
import {
  type Arrival,
  emptyVisit,
  likelyAssignment,
  type Step,
  type Tap,
  type VisitState,
} from "./visit-state.ts";

/** What a visit needs from outside. */
export interface VisitPorts {
  readonly calls: DoorCalls;
  /** Today's buildings, as last fetched. */
  readonly buildings: () => readonly Building[];
  /** Sound and buzz at the release. */
  readonly released: () => void;
  readonly refused: () => void;
  /** A clock that only runs forward, in ms. */
  readonly nowMs: () => number;
  /** This phone's wall clock, in epoch ms: for order only. */
  readonly wallMs: () => number;
}

/** A visit as the screens see it. */
export interface Visit {
  readonly state: () => VisitState;
  readonly subscribe: (heard: () => void) => () => void;
  readonly choose: (building: Building) => void;
  readonly chooseAssignment: (assignment: Assignment) => void;
  readonly tap: (tap: Tap) => void;
  /** Asks for a ticket where the policy lets a phone in without a tap. */
  readonly arrive: (entrance: Entrance) => void;
  readonly label: (read: LabelRead, from?: "demo") => void;
  readonly pick: (code: HeldCode) => void;
  readonly setSeveral: (several: boolean) => void;
  readonly drop: (code: HeldCode) => void;
  /** Sends what is held, where a ticket is at hand. */
  readonly open: () => void;
  /** The same request once more, or back to a fresh tap. */
  readonly again: () => void;
  readonly scanOther: () => void;
  readonly live: (stage: LiveStage) => void;
  /** Codes and progress of a tab that this one takes over from. */
  readonly takeOver: (from: HandedOver) => void;
  readonly handOver: () => HandedOver;
  /** The page is looked at again: what outlived its time in a sleeping phone goes now. */
  readonly wake: () => void;
  readonly end: () => void;
}

/** What goes from an older tab to the one a tap opened, in memory. */
export interface HandedOver {
  readonly bld: string | undefined;
  readonly codes: readonly HeldCode[];
  /** How long the codes still live, in ms. */
  readonly leftMs: number;
  readonly several: boolean;
  readonly passed: readonly string[];
}

/** Makes a visit: one small machine, driven by gestures and answers, told to screens by `subscribe`. */
export function createVisit(ports: VisitPorts): Visit {
  const machine = new VisitMachine(ports);
  return {
    state: () => machine.state,
    subscribe: (heard) => machine.subscribe(heard),
    choose: (building) => machine.choose(building),
    chooseAssignment: (assignment) => machine.set({ assignment }),
    tap: (tap) => machine.tap(tap),
    arrive: (entrance) => machine.arrive(entrance, { kind: "none" }),
    label: (read, from) => machine.label(read, from),
    pick: (code) => machine.pick(code),
    setSeveral: (several) => machine.set({ several }),
    drop: (code) => machine.drop(code),
    open: () => machine.open(),
    again: () => machine.again(),
    scanOther: () => machine.scanOther(),
    live: (stage) => machine.live(stage),
    takeOver: (from) => machine.takeOver(from),
    handOver: () => machine.handOver(),
    wake: () => machine.dropOld(),
    end: () => machine.end(),
  };
}

class VisitMachine {
  state: VisitState = emptyVisit;
  readonly #ports: VisitPorts;
  readonly #heard = new Set<() => void>();
  #expiry: ReturnType<typeof setTimeout> | undefined;
  /** When the codes are dropped by the wall clock, in epoch ms. */
  #wallEndMs = 0;
  /** Raised by every new gesture: an answer to an older one is then nobody's. */
  #turn = 0;
  #asking = new AbortController();
  #repeat: (() => void) | undefined;

  constructor(ports: VisitPorts) {
    this.#ports = ports;
  }

  subscribe(heard: () => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  set(change: Partial<VisitState>): void {
    this.state = { ...this.state, ...change };
    for (const heard of this.#heard) heard();
  }

  #step(step: Step): void {
    this.set({ step });
  }

  choose(building: Building): void {
    const { building: held, assignment: chosen } = this.state;
    if (held === building) return;
    const likely = likelyAssignment(building.assignments, this.#ports.wallMs());
    if (held?.bld === building.bld) {
      // The same building out of a newer list: the visit goes on by its newer papers.
      const same = building.assignments.find(({ id }) => id === chosen?.id);
      this.set({ building, assignment: same ?? likely });
      return;
    }
    this.#newTurn();
    this.set({ building, assignment: likely, passed: [], step: { kind: "ready" } });
  }

  tap(tap: Tap): void {
    const all = this.#ports.buildings();
    const building = all.find(({ entrances }) => entrances.some(({ id }) => id === tap.ent));
    const entrance = building?.entrances.find(({ id }) => id === tap.ent);
    if (building === undefined || entrance === undefined || building.assignments.length === 0) {
      this.#step({ kind: "failed", entrance: undefined, failure: "not-today", again: false });
      return;
    }
    this.choose(building);
    this.arrive(entrance, { kind: "tap", tap: { e: tap.e, c: tap.c } });
  }

  arrive(entrance: Entrance, arrival: Arrival): void {
    const { building, assignment } = this.state;
    if (building === undefined || assignment === undefined) return;
    const turn = this.#newTurn();
    this.#repeat = () => this.arrive(entrance, arrival);
    this.#step({ kind: "arriving", entrance });
    void this.#ports.calls
      .askTicket({ building, assignment, entrance, arrival })
      .then((reached) => {
        if (turn === this.#turn) this.#reached(entrance, reached);
      });
  }

  #reached(entrance: Entrance, reached: Reached): void {
    switch (reached.kind) {
      case "ticket": {
        // The door is the one whose tag was read, whatever the address said.
        const own = this.state.building?.entrances.find(
          ({ ent }) => ent === reached.ticket.body.ent,
        );
        this.#step({ kind: "at-door", entrance: own ?? entrance, ticket: reached.ticket });
        if (this.state.codes.length > 0 && this.state.choice.length === 0) this.open();
        return;
      }
      case "silent":
        this.#ports.refused();
        this.#step({ ...reached, entrance });
        return;
      case "failed":
        this.#step({ ...reached, entrance });
        return;
      case "ended":
        this.#end(entrance, reached.outcome, reached.receipt);
        return;
    }
  }

  label(read: LabelRead, from: "demo" | undefined): void {
    const demoParcel = from === "demo" || (this.state.demoParcel && this.state.codes.length > 0);
    if (read.kind === "choice") {
      this.set({ choice: read.codes, demoParcel });
      return;
    }
    if (read.kind === "no-parcel") return;
    this.set({ demoParcel });
    this.pick(read.code);
  }

  pick(code: HeldCode): void {
    const { several, step } = this.state;
    // One parcel at a time unless the driver said otherwise: a second scan replaces the first.
    const codes = several ? holdCode(this.state.codes, code) : [code];
    this.set({ codes, choice: [], codesUntilMs: this.#ports.nowMs() + codeHeldMs });
    this.#forgetIn(codeHeldMs);
    if (step.kind === "at-door" && !several) this.open();
  }

  drop(code: HeldCode): void {
    this.set({ codes: this.state.codes.filter(({ canonical }) => canonical !== code.canonical) });
  }

  #forgetIn(ms: number): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#forget(), ms);
    this.#wallEndMs = this.#ports.wallMs() + ms;
  }

  #forget(): void {
    this.set({ codes: [], choice: [], demoParcel: false });
  }

  /** A sleeping phone stops timers and some monotonic clocks; its wall clock goes on. */
  dropOld(): void {
    if (this.state.codes.length === 0) return;
    const { wallMs, nowMs } = this.#ports;
    if (wallMs() >= this.#wallEndMs || nowMs() >= this.state.codesUntilMs) this.#forget();
  }

  open(): void {
    this.dropOld();
    const { step, building, assignment, codes } = this.state;
    if (step.kind !== "at-door" || building === undefined || assignment === undefined) return;
    if (codes.length === 0) return;
    const { entrance, ticket } = step;
    const attempt = this.#ports.calls.newAttempt({ building, assignment, ticket, codes });
    this.#repeat = () => void this.#send(entrance, attempt);
    this.#repeat();
  }

  async #send(entrance: Entrance, attempt: DoorAttempt): Promise<void> {
    const turn = this.#newTurn();
    const opening = { kind: "opening", entrance, progress: { kind: "waiting" } } as const;
    this.#step(attempt.needsFinger() ? { kind: "finger", entrance } : opening);
    const signed = await attempt.sign(this.#asking.signal);
    if (turn !== this.#turn) return;
    if (signed !== "signed") {
      this.#reached(entrance, { kind: "failed", failure: signed, again: signed === "finger" });
      return;
    }
    if (this.state.step.kind !== "opening") this.#step(opening);
    const reached = await attempt.send(entrance);
    if (turn === this.#turn) this.#reached(entrance, reached);
  }

  /** A new gesture: answers to an older one are nobody's, and its finger is not waited for. */
  #newTurn(): number {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#turn += 1;
    return this.#turn;
  }

  live({ stage, code }: LiveStage): void {
    const { step } = this.state;
    if (step.kind !== "opening" || code !== undefined) return;
    const { progress } = step;
    const before = progress.kind === "reached" ? stages.indexOf(progress.stage) : -1;
    if (stages.indexOf(stage) <= before) return;
    const next: StageProgress = { kind: "reached", stage };
    this.#step({ ...step, progress: next });
  }

  #end(entrance: Entrance, outcome: Outcome, receipt: string | undefined): void {
    if (wasReleased(outcome)) this.#ports.released();
    else this.#ports.refused();
    const { passed } = this.state;
    if (mayBeInside(outcome)) this.set({ passed: [...passed, entrance.ent] });
    this.#step({ kind: "ended", entrance, outcome, receipt });
  }

  again(): void {
    const { step } = this.state;
    if (step.kind === "failed" && step.again && this.#repeat !== undefined) this.#repeat();
    else this.#step({ kind: "ready" });
  }

  scanOther(): void {
    this.set({ codes: [], choice: [], demoParcel: false });
    const { step } = this.state;
    if (step.kind !== "at-door") this.#step({ kind: "ready" });
  }

  handOver(): HandedOver {
    const { building, codes, codesUntilMs, several, passed } = this.state;
    const leftMs = Math.max(0, codesUntilMs - this.#ports.nowMs());
    return { bld: building?.bld, codes, leftMs, several, passed };
  }

  takeOver(from: HandedOver): void {
    const held = this.state;
    const sameBuilding = held.building === undefined || held.building.bld === from.bld;
    if (sameBuilding && held.passed.length === 0) this.set({ passed: from.passed });
    if (held.codes.length > 0 || from.codes.length === 0 || from.leftMs === 0) return;
    const leftMs = Math.min(from.leftMs, codeHeldMs);
    const codesUntilMs = this.#ports.nowMs() + leftMs;
    this.set({ codes: from.codes, several: from.several, codesUntilMs });
    this.#forgetIn(leftMs);
    if (held.step.kind === "at-door") this.open();
  }

  end(): void {
    this.#newTurn();
    clearTimeout(this.#expiry);
    this.set(emptyVisit);
  }
}

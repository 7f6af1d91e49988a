import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pulseMsMax, type Sensing, type StrikeReport } from "../strike.ts";
import { isReleased, nextDue, stepStrike } from "./strike-model.ts";
import {
  initialStrike,
  restMs,
  type StrikeEffect,
  type StrikeInput,
  type StrikeState,
  slowMs,
} from "./strike-state.ts";

/** Feeds inputs at instants as the runner does, remembering at once; time passes event by event. */
function rig(sensing: Sensing, spent: readonly string[] = []) {
  let state: StrikeState = initialStrike({ sensing, spent, autoOpen: undefined });
  const effects: StrikeEffect[] = [];
  let tokens = 0;
  const feed = (input: StrikeInput, now: number) => {
    const step = stepStrike(state, input, now);
    state = step.state;
    for (const effect of step.effects) {
      effects.push(effect);
      if (effect.kind === "remember") feed({ kind: "remembered", pulseId: effect.pulseId }, now);
    }
  };
  return {
    feed,
    fire: (
      pulseId: string,
      at: number,
      more?: { pulseMs?: number; within?: number; age?: number },
    ) => {
      tokens += 1;
      const token = `t${tokens}`;
      feed({ kind: "lease", token }, at - (more?.age ?? 0));
      const command = {
        token,
        pulseId,
        pulseMs: more?.pulseMs ?? 1_000,
        fireWithinMs: more?.within ?? 500,
      };
      feed({ kind: "fire", command }, at);
      return command;
    },
    state: () => state,
    effects,
    reports: () => effects.flatMap((effect) => (effect.kind === "report" ? [effect.report] : [])),
    kinds: () =>
      effects.flatMap((effect): string[] =>
        effect.kind !== "report"
          ? []
          : effect.report.kind === "fault"
            ? [`fault ${effect.report.fault}`]
            : [effect.report.kind],
      ),
  };
}

describe("one release", () => {
  it("is given for exactly its time, by the clock and not by a timer", () => {
    const door = rig("contact");
    door.fire("a", 1_000, { pulseMs: 3_000 });
    expect(isReleased(door.state(), 1_000)).toBe(true);
    expect(isReleased(door.state(), 3_999)).toBe(true);
    expect(isReleased(door.state(), 4_000)).toBe(false);
    expect(nextDue(door.state())).toBe(4_000);
    door.feed({ kind: "tick" }, 9_000);
    expect(door.kinds()).toEqual(["released", "locked"]);
  });

  it("is remembered before the coil moves", () => {
    let state = initialStrike({ sensing: "none", spent: [], autoOpen: undefined });
    state = stepStrike(state, { kind: "lease", token: "t" }, 0).state;
    const command = { token: "t", pulseId: "a", pulseMs: 1_000, fireWithinMs: 500 };
    const step = stepStrike(state, { kind: "fire", command }, 10);
    expect(step.effects).toEqual([{ kind: "remember", pulseId: "a" }]);
    expect(isReleased(step.state, 10)).toBe(false);
  });

  it("does not come when the disk took longer than the deadline allows", () => {
    let state = initialStrike({ sensing: "none", spent: [], autoOpen: undefined });
    state = stepStrike(state, { kind: "lease", token: "t" }, 0).state;
    const command = { token: "t", pulseId: "a", pulseMs: 1_000, fireWithinMs: 500 };
    state = stepStrike(state, { kind: "fire", command }, 10).state;
    const step = stepStrike(state, { kind: "remembered", pulseId: "a" }, 501);
    expect(isReleased(step.state, 501)).toBe(false);
    expect(step.effects).toEqual([
      { kind: "report", report: { kind: "fault", pulseId: "a", fault: "late" } },
    ]);
  });

  it("is refused above the longest pulse", () => {
    const door = rig("contact");
    door.fire("a", 0, { pulseMs: pulseMsMax + 1 });
    expect(door.effects).toEqual([{ kind: "refused", pulseId: "a", why: "pulse-too-long" }]);
  });

  it("does not come twice for one id, nor after a restart", () => {
    const door = rig("contact");
    door.fire("a", 0);
    door.feed({ kind: "tick" }, 5_000);
    door.fire("a", 6_000);
    expect(isReleased(door.state(), 6_000)).toBe(false);
    const restarted = rig("contact", door.state().spent);
    restarted.fire("a", 0);
    expect(restarted.effects).toEqual([{ kind: "refused", pulseId: "a", why: "repeated" }]);
  });

  it("does not come on a lease older than the deadline, used before, or made up", () => {
    const door = rig("contact");
    const command = door.fire("a", 5_000, { age: 501, within: 500 });
    expect(door.kinds()).toEqual(["fault late"]);
    door.feed({ kind: "fire", command: { ...command, pulseId: "b" } }, 5_000);
    door.feed({ kind: "fire", command: { ...command, pulseId: "c", token: "made-up" } }, 5_000);
    expect(door.kinds()).toEqual(["fault late", "fault late", "fault late"]);
  });
});

describe("faults", () => {
  it("a jam is told by a strike that senses, and never as a release", () => {
    for (const sensing of ["contact", "current"] as const) {
      const door = rig(sensing);
      door.feed({ kind: "fault", fault: "jammed", on: true }, 0);
      door.fire("a", 10);
      expect(isReleased(door.state(), 10)).toBe(false);
      expect(door.kinds()).toContain("fault jammed");
      expect(door.kinds()).not.toContain("released");
      door.feed({ kind: "fault", fault: "jammed", on: false }, 5_000);
      expect(door.kinds().at(-1)).toBe("recovered");
    }
  });

  it("a jam during a release does not swallow the end of that release", () => {
    const door = rig("contact");
    door.fire("first", 0, { pulseMs: 1_000, within: 1_000, age: 0 });
    door.feed({ kind: "fault", fault: "jammed", on: true }, 100);
    door.fire("second", 200, { pulseMs: 1_000, within: 1_000, age: 0 });
    door.feed({ kind: "tick" }, 5_000);
    expect(door.reports().filter(({ kind }) => kind === "released")).toHaveLength(1);
    expect(door.reports().some(({ kind }) => kind === "locked")).toBe(true);
  });

  it("a jam that nothing senses leaves the door shut and the truth untold", () => {
    const door = rig("none");
    door.feed({ kind: "fault", fault: "jammed", on: true }, 0);
    door.fire("a", 10);
    door.feed({ kind: "tick" }, 5_000);
    expect(isReleased(door.state(), 10)).toBe(false);
    expect(door.kinds()).toEqual(["released", "locked"]);
  });

  it("a welded relay is reported at the end of its pulse and locks when mended", () => {
    const door = rig("contact");
    door.feed({ kind: "fault", fault: "welded", on: true }, 0);
    door.fire("a", 10);
    door.feed({ kind: "tick" }, 1_010);
    expect(isReleased(door.state(), 99_000)).toBe(true);
    door.feed({ kind: "fault", fault: "welded", on: false }, 99_000);
    expect(isReleased(door.state(), 99_000)).toBe(false);
    expect(door.kinds()).toEqual(["released", "fault welded", "locked", "recovered"]);
  });

  it("a slow strike fires within the deadline or not at all", () => {
    const patient = rig("contact");
    patient.feed({ kind: "fault", fault: "slow", on: true }, 0);
    patient.fire("a", 10, { within: 3_000 });
    expect(isReleased(patient.state(), 10)).toBe(false);
    patient.feed({ kind: "tick" }, 10 + slowMs);
    expect(patient.kinds()).toEqual(["released"]);
    const strict = rig("contact");
    strict.feed({ kind: "fault", fault: "slow", on: true }, 0);
    strict.fire("a", 10, { within: 1_000 });
    strict.feed({ kind: "tick" }, 10 + slowMs);
    expect(strict.kinds()).toEqual(["fault late"]);
  });

  it("lost sensing silences the contact, and tells where the door is when it is back", () => {
    const door = rig("contact");
    door.feed({ kind: "fault", fault: "sensing-lost", on: true }, 0);
    door.feed({ kind: "person", act: "inside" }, 10);
    expect(door.kinds()).toEqual(["fault sensing-lost"]);
    door.feed({ kind: "fault", fault: "sensing-lost", on: false }, 20);
    expect(door.kinds()).toEqual(["fault sensing-lost", "recovered", "opened"]);
  });
});

describe("people", () => {
  it("leave freely whatever the strike does, and only a release lets a push in", () => {
    const door = rig("contact");
    door.feed({ kind: "person", act: "push" }, 0);
    expect(door.state().door).toBe("closed");
    for (const fault of ["jammed", "welded", "sensing-lost", "slow"] as const) {
      door.feed({ kind: "fault", fault, on: true }, 1);
    }
    door.feed({ kind: "person", act: "inside" }, 2);
    expect(door.state().door).toBe("open");
  });

  it("open at a release and let the door fall shut, or hold it", () => {
    for (const held of [false, true]) {
      const door = rig("contact");
      door.feed({ kind: "people", autoOpen: { afterMs: 300, openForMs: 2_000 } }, 0);
      door.fire("a", 1_000);
      door.feed({ kind: "tick" }, 1_300);
      if (held) door.feed({ kind: "person", act: "hold" }, 1_500);
      door.feed({ kind: "tick" }, 60_000);
      expect(door.kinds()).toEqual(["released", "opened", "locked", ...(held ? [] : ["closed"])]);
    }
  });

  it("who come after the release find it locked", () => {
    const door = rig("contact");
    door.feed({ kind: "people", autoOpen: { afterMs: 1_001, openForMs: 2_000 } }, 0);
    door.fire("a", 1_000);
    door.feed({ kind: "tick" }, 60_000);
    expect(door.kinds()).toEqual(["released", "locked"]);
  });
});

const anInput = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("fire" as const),
      id: fc.integer({ min: 0, max: 12 }),
      pulseMs: fc.integer({ min: 1, max: pulseMsMax + 500 }),
      within: fc.integer({ min: 1, max: 9_000 }),
      age: fc.integer({ min: 0, max: 4_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      fault: fc.constantFrom(
        "jammed" as const,
        "welded" as const,
        "sensing-lost" as const,
        "slow" as const,
      ),
      on: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("person" as const),
      act: fc.constantFrom(
        "inside" as const,
        "key" as const,
        "push" as const,
        "close" as const,
        "hold" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("tick" as const) }) },
);
const aStory = fc.array(fc.tuple(fc.integer({ min: 0, max: 6_000 }), anInput), { maxLength: 40 });
const aSensing = fc.constantFrom<Sensing>("contact", "current", "none");

describe("whatever is commanded, broken or killed", () => {
  it("no release lasts longer than the longest pulse, but a welded one, which is reported", () => {
    fc.assert(
      fc.property(aSensing, aStory, (sensing, story) => {
        let door = rig(sensing);
        let now = 0;
        let releasedSince: number | undefined;
        let welded = false;
        const watch = (until: number) => {
          // The latch is a function of time: looking every 50 ms sees what the door does.
          for (let at = now; at < until; at += 50) {
            const state = door.state();
            if (!isReleased(state, at)) releasedSince = undefined;
            else if (!state.stuck) {
              releasedSince ??= at;
              expect(at - releasedSince).toBeLessThanOrEqual(pulseMsMax);
            } else welded = true;
          }
          now = until;
        };
        for (const [wait, input] of story) {
          watch(now + wait);
          if (input.kind === "kill") {
            door = rig(sensing, door.state().spent);
            expect(isReleased(door.state(), now)).toBe(false);
            releasedSince = undefined;
            welded = false;
          } else if (input.kind === "fire") door.fire(`p${input.id}`, now, input);
          else door.feed(input, now);
          if (welded) expect(door.kinds()).toContain("fault welded");
        }
        watch(now + 2 * pulseMsMax);
      }),
      { numRuns: 300 },
    );
  });

  it("no id fires twice, none after its deadline, and each release ends in locked or a fault", () => {
    fc.assert(
      fc.property(aSensing, aStory, (sensing, story) => {
        let door = rig(sensing);
        let now = 0;
        const fireBy = new Map<string, number>();
        const fired = new Set<string>();
        const heard = (reports: readonly StrikeReport[]) => {
          for (const report of reports) {
            if (report.kind !== "released") continue;
            expect(fired.has(report.pulseId)).toBe(false);
            fired.add(report.pulseId);
            expect(now).toBeLessThanOrEqual(fireBy.get(report.pulseId) ?? -1);
          }
        };
        for (const [wait, input] of story) {
          // Events at their own time, as a runner on time sees them.
          const until = now + wait;
          for (
            let due = nextDue(door.state());
            due !== undefined && due <= until;
            due = nextDue(door.state())
          ) {
            now = Math.max(now, due);
            const before = door.reports().length;
            door.feed({ kind: "tick" }, now);
            heard(door.reports().slice(before));
          }
          now = until;
          const before = door.reports().length;
          if (input.kind === "kill") {
            door = rig(sensing, door.state().spent);
            continue;
          }
          if (input.kind === "fire") {
            const id = `p${input.id}`;
            if (!door.state().spent.includes(id)) fireBy.set(id, now - input.age + input.within);
            door.fire(id, now, input);
          } else door.feed(input, now);
          heard(door.reports().slice(before));
        }
        door.feed({ kind: "fault", fault: "welded", on: false }, now + 60_000);
        door.feed({ kind: "tick" }, now + 60_000);
        const released = door.reports().filter((report) => report.kind === "released").length;
        const ended = door.reports().filter((report) => report.kind === "locked").length;
        const welded = door.kinds().filter((kind) => kind === "fault welded").length;
        if (released > 0) expect(ended + welded).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it("releases in a row leave the latch a rest between them", () => {
    const door = rig("contact");
    const released: number[] = [];
    for (let at = 0; at < 60_000; at += 50) {
      if (at % 400 === 0) door.fire(`p${at}`, at, { pulseMs: pulseMsMax, within: 300 });
      door.feed({ kind: "tick" }, at);
      released.push(isReleased(door.state(), at) ? 1 : 0);
    }
    const text = released.join("");
    expect(Math.max(...text.split("0").map((run) => run.length)) * 50).toBeLessThanOrEqual(
      pulseMsMax,
    );
    expect(text).toContain(`1${"0".repeat(restMs / 50)}`);
  });
});

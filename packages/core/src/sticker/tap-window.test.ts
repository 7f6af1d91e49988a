import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  acceptTap,
  newTapWindow,
  noteTap,
  restartTapWindow,
  type TapWindow,
  tapCounterEnd,
  tapCounterRetireAt,
  tapCounterWarnAt,
} from "./tap-window.ts";

/** The rule as the papers say it, over everything that ever happened. */
class NaiveWindow {
  private seen: { at: number; counter: number }[] = [];
  private readonly used = new Set<number>();

  note(counter: number, at: number): void {
    this.seen.push({ at, counter });
  }

  accept(counter: number, at: number): boolean {
    const highest = (until: number) =>
      Math.max(-1, ...this.seen.filter((tap) => tap.at <= until).map((tap) => tap.counter));
    const opens =
      !this.used.has(counter) && counter > highest(at - 60_000) && counter >= highest(at) - 64;
    if (opens) {
      this.used.add(counter);
      this.note(counter, at);
    }
    return opens;
  }

  /** Everything seen so far is old. */
  restart(): void {
    this.seen = this.seen.map(({ counter }) => ({ at: Number.NEGATIVE_INFINITY, counter }));
  }
}

/** Accepts in turn and returns which opened. */
function run(start: TapWindow, taps: readonly (readonly [number, number])[]): readonly boolean[] {
  let window = start;
  return taps.map(([counter, at]) => {
    const result = acceptTap(window, counter, at);
    window = result.window;
    return result.kind === "accepted";
  });
}

describe("acceptTap", () => {
  it("lets two drivers in who tap one after the other, whichever request arrives first", () => {
    const start = newTapWindow(9);
    expect(
      run(start, [
        [10, 0],
        [11, 500],
      ]),
    ).toEqual([true, true]);
    expect(
      run(start, [
        [11, 500],
        [10, 900],
      ]),
    ).toEqual([true, true]);
  });

  it("refuses a replay at once and for ever", () => {
    expect(
      run(newTapWindow(), [
        [10, 0],
        [10, 1],
        [11, 2],
        [10, 3],
        [10, 1e9],
      ]),
    ).toEqual([...[true, false, true, false, false]]);
  });

  it("stops an overtaken tap 60 s after the one that overtook it", () => {
    expect(
      run(newTapWindow(9), [
        [11, 0],
        [10, 59_999],
      ]),
    ).toEqual([true, true]);
    expect(
      run(newTapWindow(9), [
        [11, 0],
        [10, 60_000],
      ]),
    ).toEqual([true, false]);
  });

  it("refuses harvested taps after an honest one, whoever's it was, and flags the gap", () => {
    const honest = noteTap(newTapWindow(9), 40, 0);
    expect(honest.tapGap).toBe(true);
    for (let counter = 10; counter <= 40; counter += 1) {
      expect(acceptTap(honest.window, counter, 60_000).kind).toBe("refused");
    }
    expect(acceptTap(honest.window, 41, 60_000)).toMatchObject({ kind: "accepted", tapGap: false });
  });

  it("flags a gap of more than 20 unseen counters, also when the tap was noted before", () => {
    const start = newTapWindow(9);
    expect(acceptTap(start, 30, 0)).toMatchObject({ tapGap: false });
    expect(acceptTap(start, 31, 0)).toMatchObject({ tapGap: true });
    expect(acceptTap(noteTap(start, 31, 0).window, 31, 1_000)).toMatchObject({ tapGap: true });
  });

  it("reaches 64 behind the highest and no further", () => {
    const { window } = noteTap(newTapWindow(0), 100, 0);
    expect(acceptTap(window, 36, 1).kind).toBe("accepted");
    expect(acceptTap(window, 35, 1).kind).toBe("refused");
  });

  it("remembers a rise as long as it can still shut a counter out", () => {
    const first = noteTap(newTapWindow(0), 40, 0).window;
    const { window } = noteTap(first, 100, 30_000);
    expect(acceptTap(window, 39, 59_999).kind).toBe("accepted");
    expect(acceptTap(window, 39, 60_000).kind).toBe("refused");
    expect(acceptTap(window, 41, 60_000).kind).toBe("accepted");
  });

  it("opens nothing old after a restart, unused or not", () => {
    const { window } = noteTap(newTapWindow(0), 100, 5_000);
    const stored = restartTapWindow(JSON.parse(JSON.stringify(window)));
    for (let counter = 0; counter <= 100; counter += 1) {
      expect(acceptTap(stored, counter, 0).kind).toBe("refused");
    }
    expect(acceptTap(stored, 101, 0).kind).toBe("accepted");
    // A clock that runs backwards is a restart that somebody forgot.
    expect(acceptTap(window, 99, 4_999).kind).toBe("refused");
  });

  it("warns from half the counter on, and again before its end", () => {
    expect(acceptTap(newTapWindow(), tapCounterWarnAt - 1, 0)).toMatchObject({ warnings: [] });
    const half = { warnings: ["tag-half-used"] };
    expect(acceptTap(newTapWindow(), tapCounterWarnAt, 0)).toMatchObject(half);
    const due = { warnings: ["tag-half-used", "tag-retire"] };
    expect(noteTap(newTapWindow(), tapCounterRetireAt, 0)).toMatchObject(due);
  });

  it("accepts nothing after a wrap, nor what is no counter", () => {
    const { window } = noteTap(newTapWindow(), tapCounterEnd - 1, 0);
    for (const counter of [0, 1, tapCounterEnd, -1, 1.5, Number.NaN]) {
      expect(acceptTap(window, counter, 1).kind).toBe("refused");
      expect(noteTap(window, counter, 1).window.highest).toBe(tapCounterEnd - 1);
    }
  });

  it("does what the papers say over the whole history, and stays small", () => {
    const step = fc.record({
      kind: fc.constantFrom("accept", "accept", "accept", "note", "restart"),
      counter: fc.oneof(fc.integer({ min: -70, max: 30 }), fc.integer({ min: -3, max: 3 })),
      waitMs: fc.oneof(fc.constantFrom(0, 1, 59_999, 60_000), fc.integer({ min: 0, max: 40_000 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const naive = new NaiveWindow();
        let window = newTapWindow();
        let at = 0;
        for (const { kind, counter: relative, waitMs } of steps) {
          at += waitMs;
          const counter = Math.max(0, window.highest + relative);
          if (kind === "restart") {
            naive.restart();
            window = restartTapWindow(window);
          } else if (kind === "note") {
            naive.note(counter, at);
            window = noteTap(window, counter, at).window;
          } else {
            const result = acceptTap(window, counter, at);
            expect(result.kind === "accepted").toBe(naive.accept(counter, at));
            window = result.window;
          }
          expect(window.used.length).toBeLessThanOrEqual(65);
          expect(window.rises.length).toBeLessThanOrEqual(65);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

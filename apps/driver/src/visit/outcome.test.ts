import { describe, expect, it } from "vitest";
import { type Attempt, attemptReader, outcomeOf, wasReleased } from "./outcome.ts";

const attempt = (said: Partial<Attempt>): Attempt => ({
  id: "att_01kaf0q0f6e8r9vdrs8t0s3a3d",
  stage: "confirmed",
  ...said,
});

describe("outcomeOf", () => {
  it("claims no opening on the host's word alone", () => {
    const outcome = outcomeOf(
      attempt({ stage: "confirmed", sensing: { kind: "contact", result: "opened" } }),
      undefined,
    );
    expect(outcome).toEqual({ kind: "unconfirmed", stage: "authenticated" });
    expect(wasReleased(outcome)).toBe(false);
  });

  it("says opened only where the box's contact saw the door move", () => {
    const said = (kind: "contact" | "current" | "none", result: "opened" | "current" | "unknown") =>
      outcomeOf(attempt({}), { stage: "confirmed", sensing: { kind, result } }).kind;
    expect(said("contact", "opened")).toBe("opened");
    expect(said("current", "current")).toBe("current");
  });

  it.each(["none", "contact", "current"] as const)(
    "says that a door cannot confirm where its sense (%s) could tell nothing",
    (kind) => {
      const word = { stage: "released", sensing: { kind, result: "unknown" } } as const;
      const outcome = outcomeOf(attempt({}), word);
      expect(outcome).toEqual({ kind: "cannot-confirm" });
      expect(wasReleased(outcome)).toBe(true);
    },
  );

  it("says that the door stayed shut, or that no current flowed", () => {
    const stays = {
      stage: "released",
      sensing: { kind: "contact", result: "not-opened" },
    } as const;
    const dead = { stage: "released", sensing: { kind: "current", result: "no-current" } } as const;
    expect(outcomeOf(attempt({}), stays).kind).toBe("not-opened");
    expect(outcomeOf(attempt({}), dead).kind).toBe("no-current");
  });

  it("stops where a receipt stops, whatever the host names", () => {
    const word = { stage: "authorized", sensing: { kind: "contact", result: "unknown" } } as const;
    expect(outcomeOf(attempt({ stage: "confirmed" }), word)).toEqual({
      kind: "unconfirmed",
      stage: "authorized",
    });
    const refused = { ...word, stage: "authenticated", code: "code-unknown" } as const;
    expect(outcomeOf(attempt({}), refused)).toMatchObject({
      kind: "refused",
      stage: "authenticated",
      code: "code-unknown",
    });
  });

  it("reads an attempt with members it does not know, and none without a stage", () => {
    expect(attemptReader({ id: "a", stage: "released", news: 1 })).toEqual({
      id: "a",
      stage: "released",
    });
    expect(attemptReader({ id: "a" })).toBeUndefined();
  });
});

import { stages } from "@vestibule/ui";
import { describe, expect, it } from "vitest";
import type { Attempt } from "../api/entries.ts";
import { attemptProgress } from "./attempt-progress.ts";

const telling = { locale: "en", zone: "America/New_York" } as const;
const attempt = (part: Partial<Attempt>): Attempt => ({
  id: "att_0",
  entranceId: "ent_0",
  carrier: "UPS",
  stage: "presented",
  outcome: "waiting",
  late: false,
  presentedAt: 0,
  ...part,
});

describe("how far an attempt came", () => {
  it.each(stages)("is never more than its receipt says: %s", (stage) => {
    expect(attemptProgress(attempt({ stage }), telling)).toEqual({ kind: "reached", stage });
  });
  it.each(["none", "contact"])(
    "is `cannot confirm` where its sense (%s) could not tell",
    (kind) => {
      const sensing = { kind, result: "unknown" };
      const reached = attempt({ stage: "released", outcome: "reached", sensing });
      expect(attemptProgress(reached, telling)).toEqual({ kind: "unconfirmed" });
    },
  );
  it("stops at the stage that the refusal's receipt names, worded for the manager", () => {
    const failed = attempt({
      stage: "authorized",
      outcome: "failed",
      code: "hours",
      detail: { localTime: "21:14" },
    });
    expect(attemptProgress(failed, telling)).toMatchObject({
      kind: "refused",
      at: "authorized",
      sentence: expect.stringContaining("UPS"),
    });
  });
  it("stops after the stage at which a strike did not answer", () => {
    const failed = attempt({ stage: "released", outcome: "failed", code: "strike-fault" });
    expect(attemptProgress(failed, telling)).toMatchObject({ at: "confirmed" });
  });
  it("says of a silent box that it did not say its last word", () => {
    const silent = attempt({ stage: "authorized", outcome: "unconfirmed" });
    expect(attemptProgress(silent, telling)).toMatchObject({ kind: "refused", at: "released" });
  });
});

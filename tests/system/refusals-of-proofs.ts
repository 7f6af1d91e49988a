import { randomBytes } from "node:crypto";
import { paperHash } from "@vestibule/core";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import { expect } from "vitest";
import { type Driver, refusalOf } from "./desk.ts";
import type { How, RefusalDesk } from "./refusal-desk.ts";
import { until } from "./until.ts";

const crypto = nodeCrypto();
/** The door is shut and locked again: whoever comes before is not seen to open it, nor finds a jam. */
const atRest = ({ place }: RefusalDesk) =>
  until(
    () => !place.strike.look().released && place.strike.look().door === "closed",
    "a locked door",
  );
const opened = async (desk: RefusalDesk, driver: Driver, code: string) =>
  refusalOf(await desk.door.unlock(driver, code));

/** Refusals of taps and proofs, by the box; a carrier's limit and the door's last. */
export const tapsAndProofs: readonly How[] = [
  [
    "tap-mac",
    "a tap that no sticker made",
    async (desk) => {
      const tap = { e: randomBytes(16).toString("hex").toUpperCase(), c: "0".repeat(16) };
      return refusalOf(await desk.door.tapWith(await desk.driver(), tap));
    },
  ],
  [
    "tap-seen",
    "the same tap twice",
    async (desk) => {
      const tap = desk.place.world.tap();
      const driver = await desk.driver();
      await desk.door.tapWith(driver, tap);
      return refusalOf(await desk.door.tapWith(driver, tap));
    },
  ],
  [
    "tap-other-entrance",
    "the lobby's sticker at the street door",
    async (desk) =>
      refusalOf(await desk.door.tapWith(await desk.driver(), desk.place.world.tap("lobby"))),
  ],
  [
    "ticket-expired",
    "a proof over a ticket that the box never made",
    async (desk) => {
      const driver = await desk.driver();
      return refusalOf(
        await desk.door.send(
          driver,
          await desk.door.proofOf(driver, randomText(32), { code: desk.freshCode() }),
        ),
      );
    },
  ],
  [
    "proof-binding",
    "a proof for the lobby over the street door's ticket",
    async (desk) =>
      refusalOf(
        await desk.door.unlock(await desk.driver(), desk.freshCode(), (body) => ({
          ...body,
          ent: "lobby",
        })),
      ),
  ],
  [
    "uv-missing",
    "a proof without the finger that the badge asks for",
    async (desk) =>
      opened(desk, await desk.driver({ badge: (b) => ({ ...b, uv: true }) }), desk.freshCode()),
  ],
  [
    "ticket-used",
    "another proof over a ticket that opened",
    async (desk) => (await twice(desk)).other,
  ],
  ["proof-replayed", "the very same proof again", async (desk) => (await twice(desk)).same],
  [
    "code-unknown",
    "a label that is not in the list",
    async (desk) => opened(desk, await desk.driver(), "TBA000000000000"),
  ],
  [
    "code-spent",
    "another driver with a label that opened",
    async (desk) => {
      const code = desk.freshCode();
      await atRest(desk);
      expect(await opened(desk, await desk.driver(), code)).toBe("confirmed");
      return opened(desk, await desk.driver(), code);
    },
  ],
  [
    "retry-exhausted",
    "a third retry of one label",
    async (desk) => {
      const driver = await desk.driver();
      const code = desk.freshCode();
      for (let count = 0; count < 3; count += 1)
        expect(await opened(desk, driver, code)).toMatch(/confirmed|released/);
      return opened(desk, driver, code);
    },
  ],
  [
    "limit-handset",
    "a fifth try of one phone within the hour",
    async (desk) => {
      const driver = await desk.driver();
      for (let count = 0; count < 4; count += 1)
        expect(await opened(desk, driver, "TBA000000000001")).toBe("code-unknown");
      return opened(desk, driver, "TBA000000000001");
    },
  ],
  [
    "strike-fault",
    "a latch that is jammed",
    async (desk) => {
      await atRest(desk);
      desk.place.strike.simulate({ kind: "fault", fault: "jammed", on: true });
      const refused = await opened(desk, await desk.driver(), desk.freshCode());
      desk.place.strike.simulate({ kind: "fault", fault: "jammed", on: false });
      return refused;
    },
  ],
  [
    "limit-cap",
    "more openings of a carrier than the policy admits in an hour",
    async (desk) => {
      for (let count = 0; count < 12; count += 1) {
        const said = await opened(desk, await desk.driver(), desk.freshCode());
        if (said !== "confirmed" && said !== "released") return said;
      }
      return "no limit";
    },
  ],
  [
    "ticket-limit",
    "more taps than one door keeps open",
    async (desk) => {
      // Two a phone, and 64 a door; those before it may have left some.
      for (let phone = 0; phone < 40; phone += 1) {
        const driver = await desk.driver();
        for (const tapped of [await desk.door.tap(driver), await desk.door.tap(driver)])
          if (tapped.status !== 200) return refusalOf(tapped);
      }
      return "no limit";
    },
  ],
];

/** Opens once, then sends a second proof over the same ticket, and the first proof again. */
async function twice(
  desk: RefusalDesk,
): Promise<{ readonly other: string; readonly same: string }> {
  const driver = await desk.driver();
  const { body } = await desk.door.tap(driver);
  const ticket = paperHash(crypto, body.ticket);
  const first = await desk.door.proofOf(driver, ticket, { code: desk.freshCode() });
  expect(refusalOf(await desk.door.send(driver, first))).toMatch(/confirmed|released/);
  const second = await desk.door.proofOf(driver, ticket, { code: desk.freshCode() });
  const other = refusalOf(await desk.door.send(driver, second));
  return { other, same: refusalOf(await desk.door.send(driver, first)) };
}

import { describe, expect, it } from "vitest";
import { newTapWindow, type TapWindow } from "../sticker/index.ts";
import { makeWorld, type World, type WorldOptions, worldStart } from "../testing/index.ts";
import type { DoorState, LiveTicket, Now } from "./facts.ts";
import { isAlive, makeTicket, type Presence, type TicketFacts } from "./ticket.ts";

interface Asked {
  readonly presence?: Presence;
  readonly ent?: string;
  readonly facts?: Partial<TicketFacts>;
  readonly state?: Partial<DoorState>;
  readonly now?: Now;
}

function ask(world: World, { presence, ent = world.ent, facts = {}, state = {}, now }: Asked = {}) {
  const all: TicketFacts = {
    tags: world.tags,
    window: () => newTapWindow(),
    live: [...world.box.memory.tickets.values()],
    boot: world.box.memory.facts.boot,
    nonce: new Uint8Array(32),
    ...facts,
  };
  const request = {
    papers: world.papers,
    ent,
    presence: presence ?? { kind: "tap" as const, tap: world.tap() },
  };
  return makeTicket({ ...world.state, ...state }, all, { request, now: now ?? world.now });
}

const codeOf = (made: ReturnType<typeof ask>) =>
  made.kind === "refused" ? made.refusal.code : made.kind;
const noTap = (way: "refuse" | "ble" | "none"): WorldOptions => ({
  policy: (policy) => ({
    ...policy,
    entrances: policy.entrances.map((entrance) => ({ ...entrance, noTap: way })),
  }),
});

describe("a tap", () => {
  it("gets a ticket that names building, entrance, phone, grant, policy and boot", async () => {
    const world = await makeWorld();
    const made = ask(world);
    expect(made).toMatchObject({
      kind: "ticket",
      body: {
        iss: world.box.signer.kid,
        bld: world.policy.bld,
        ent: "street",
        jkt: world.handset.kid,
        pol: world.policy.hash,
        presence: "nfc",
        tap: { ctr: 1 },
      },
      window: { uidHash: world.tag.uidHash, window: { highest: 1, used: [1] } },
    });
  });

  it("that is forged, of an unknown tag, or of one the policy does not pin, is refused", async () => {
    const world = await makeWorld();
    const forged = { kind: "tap", tap: { ...world.tap(), c: "0".repeat(16) } } as const;
    expect(ask(world, { presence: forged })).toMatchObject({
      refusal: { code: "tap-mac" },
      window: undefined,
    });
    expect(codeOf(ask(world, { facts: { tags: [] } }))).toBe("tap-mac");
    const policies = [{ ...world.policy, stickers: new Map() }];
    expect(codeOf(ask(world, { state: { policies } }))).toBe("tap-mac");
    const tags = world.tags.map((tag) => ({ ...tag, ent: "lobby" }));
    expect(codeOf(ask(world, { facts: { tags } }))).toBe("tap-mac");
  });

  it("used before is refused, and stays used", async () => {
    const world = await makeWorld();
    const tap = world.tap();
    const window: TapWindow = { ...newTapWindow(), highest: 1, used: [1] };
    const again = ask(world, { presence: { kind: "tap", tap }, facts: { window: () => window } });
    expect(again).toMatchObject({ refusal: { code: "tap-seen" }, window: { window } });
  });

  it("of another entrance is refused and used up by nobody: it only raises that counter", async () => {
    const world = await makeWorld({ ents: ["street", "lobby"] });
    const tap = world.tap("lobby");
    const lobbyTag = world.tags.find(({ ent }) => ent === "lobby");
    const made = ask(world, { presence: { kind: "tap", tap } });
    expect(made).toMatchObject({
      refusal: { code: "tap-other-entrance" },
      window: { uidHash: lobbyTag?.uidHash, window: { highest: 1, used: [] } },
    });
    const right = ask(world, { presence: { kind: "tap", tap }, ent: "lobby" });
    expect(right).toMatchObject({ kind: "ticket", body: { ent: "lobby" } });
  });

  it("without live papers raises the counter and no more", async () => {
    const world = await makeWorld();
    expect(ask(world, { state: { rolledBack: true } })).toMatchObject({
      refusal: { code: "state-rolled-back" },
      window: { uidHash: world.tag.uidHash, window: { highest: 1, used: [] } },
    });
  });
});

describe("without a tap", () => {
  it("only the way that the policy allows gets a ticket", async () => {
    for (const [way, kind, code] of [
      ["refuse", "none", "tap-mac"],
      ["ble", "none", "tap-mac"],
      ["none", "ble", "tap-mac"],
      ["ble", "ble", "ticket"],
      ["none", "none", "ticket"],
    ] as const)
      expect(codeOf(ask(await makeWorld(noTap(way)), { presence: { kind } }))).toBe(code);
  });
});

describe("the number of live tickets", () => {
  it("is two per phone, whatever the entrance: a third takes the place of its own oldest", async () => {
    const world = await makeWorld({ ents: ["street", "lobby"] });
    const ticket = world.takeTicket();
    const own = (name: string, agoMs: number, ent = "street") => ({
      ...ticket,
      hash: name,
      madeAtMs: ticket.madeAtMs - agoMs,
      body: { ...ticket.body, ent },
    });
    const other = { ...own("other", 9), body: { ...ticket.body, jkt: "another" } };
    const replacedBy = (live: readonly LiveTicket[]) => {
      const made = ask(world, { facts: { live } });
      return made.kind === "ticket" ? made.replaced : made.refusal.code;
    };
    expect(replacedBy([])).toEqual([]);
    expect(replacedBy([other, own("one", 0)])).toEqual([]);
    expect(replacedBy([other, own("younger", 1), own("older", 2, "lobby")])).toEqual(["older"]);
    const used = { ...own("used", 2), usedBy: "proof" };
    expect(replacedBy([used, own("one", 1)])).toEqual([]);
  });

  it("is 64 per entrance", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const others = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...ticket,
        body: { ...ticket.body, jkt: `${index}` },
      }));
    expect(codeOf(ask(world, { facts: { live: others(63) } }))).toBe("ticket");
    const full = ask(world, { facts: { live: others(64) } });
    expect(full).toMatchObject({ refusal: { code: "ticket-limit" } });
    // The tap is not used up: it only raised its sticker's counter.
    expect(full).toMatchObject({ window: { window: { used: [] } } });
    const ofThisPhone = [ticket, { ...ticket, hash: "second" }];
    const replacing = ask(world, { facts: { live: [...others(62), ...ofThisPhone] } });
    expect(replacing).toMatchObject({ kind: "ticket", replaced: [ticket.hash] });
  });

  it("counts a ticket until it is used or two minutes old", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const at = (ms: number): Now => ({
      trusted: worldStart,
      ageS: 0,
      monotonicMs: ticket.madeAtMs + ms,
    });
    expect(isAlive(ticket, at(120_000))).toBe(true);
    expect(isAlive(ticket, at(120_001))).toBe(false);
    expect(isAlive({ ...ticket, usedBy: "x" }, at(0))).toBe(false);
  });
});

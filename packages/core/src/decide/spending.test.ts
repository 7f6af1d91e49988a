import { describe, expect, it } from "vitest";
import { paperHash } from "../papers/jws.ts";
import { dayS } from "../papers/limits.ts";
import { signPaper } from "../papers/sign.ts";
import {
  type GestureOptions,
  held,
  makeWorld,
  type World,
  type WorldOptions,
  worldStart,
} from "../testing/index.ts";
import { decide } from "./decide.ts";
import type { Now, ShownPapers } from "./facts.ts";

interface Visit extends GestureOptions {
  readonly codes?: readonly string[];
  readonly papers?: ShownPapers;
  readonly now?: Now;
}

/** Taps, proves, decides and persists, as a box does; tells the code or the kind with `retry`. */
async function visit(world: World, { codes, papers, now = world.now, ...options }: Visit = {}) {
  const ticket = world.takeTicket(papers, now, options);
  const proof = await world.prove(ticket, codes, papers, options);
  const request = await world.request(proof, papers, options);
  const decision = decide(options.state ?? world.state, request, now);
  if (decision.kind !== "unknown") world.box.memory.apply(decision.changes);
  world.box.memory.tickets.delete(ticket.hash);
  if (decision.kind === "open") return decision.retry ? "retry" : "open";
  return decision.kind === "refused" ? decision.code : decision.kind;
}

const limited = (change: object, more: WorldOptions = {}): Promise<World> =>
  makeWorld({
    ...more,
    policy: (policy) => ({ ...policy, limits: { ...policy.limits, ...change } }),
  });
const later = (world: World, seconds: number): Now => ({
  trusted: (world.now.trusted ?? 0) + seconds,
  ageS: 5,
  monotonicMs: world.now.monotonicMs + seconds * 1_000,
});
const noRetry = { retry: { n: 0, s: 0 } };

describe("codes", () => {
  it("must all be in the assignment; each wrong one counts, and enough of them shut it", async () => {
    const world = await limited({ wrong_codes: 3 });
    const [right = ""] = world.codes;
    expect(await visit(world, { codes: [right, "WRONG-1", "WRONG-2"] })).toBe("code-unknown");
    expect(world.box.memory.facts.wrongCodes(world.handset.kid, firstAsg(world))).toBe(2);
    expect(await visit(world, { codes: ["WRONG-3"] })).toBe("code-unknown");
    expect(await visit(world, { codes: [right] })).toBe("limit-wrong-codes");
  });

  it("tells how many wrong ones are left", async () => {
    const world = await limited({ wrong_codes: 3 });
    const ticket = world.takeTicket();
    const request = await world.request(await world.prove(ticket, ["WRONG-1", "WRONG-2"]));
    expect(decide(world.state, request, world.now)).toMatchObject({
      code: "code-unknown",
      tellDetails: true,
      detail: { left: 1 },
    });
  });

  it("must be 1 to 20, distinct and canonical", async () => {
    const world = await makeWorld();
    const [right = ""] = world.codes;
    for (const codes of [[], [right, right], ["a b"], Array.from({ length: 21 }, () => right)])
      expect(await visit(world, { codes })).toBe("shape");
  });

  it("are refused where the seal does not open", async () => {
    const world = await makeWorld();
    const request = await world.request(await world.prove(world.takeTicket()));
    const { unsealed } = request;
    if (unsealed === undefined) throw new Error("nothing unsealed");
    const shut = { ...request, unsealed: { ...unsealed, pepper: "unopenable" as const } };
    expect(decide(world.state, shut, world.now)).toMatchObject({ code: "not-sealed-here" });
    const lost = { ...request, unsealed: { ...unsealed, codes: "unopenable" as const } };
    expect(decide(world.state, lost, world.now)).toMatchObject({ code: "proof-binding" });
  });

  it("of opted-out residents do not open, nor those that name other entrances", async () => {
    const world = await makeWorld({ ents: ["street", "lobby"] });
    const without = await world.reissue({ grant: (body) => ({ ...body, keep: "Bg" }) });
    expect(await visit(world, { papers: without })).toBe("code-unknown");
    expect(await visit(world, { papers: without, codes: world.codes.slice(1, 2) })).toBe("open");
    const lobby = await world.reissue({ parcelEnts: ["lobby"] });
    expect(await visit(world, { papers: lobby })).toBe("code-unknown");
    expect(await visit(world, { papers: lobby, ent: "lobby" })).toBe("open");
  });

  it("open a unit or a locker only where the parcel names it", async () => {
    for (const ent of ["unit", "locker"]) {
      const world = await makeWorld({ ents: [ent] });
      expect(await visit(world)).toBe("code-unknown");
      const named = await world.reissue({ parcelEnts: [ent] });
      expect(await visit(world, { papers: named })).toBe("open");
    }
  });
});

describe("spending", () => {
  it("opens each entrance of a path with one code, each once", async () => {
    const world = await limited(noRetry, { ents: ["street", "lobby"] });
    expect(await visit(world)).toBe("open");
    expect(await visit(world, { ent: "lobby" })).toBe("open");
    expect(await visit(world)).toBe("code-spent");
    expect(await visit(world, { ent: "lobby" })).toBe("code-spent");
  });

  it("spends every code of a proof, whatever assignment names it next", async () => {
    const world = await limited(noRetry);
    expect(await visit(world, { codes: world.codes })).toBe("open");
    const papers = await world.reissue({});
    for (const code of world.codes)
      expect(await visit(world, { papers, codes: [code] })).toBe("code-spent");
  });

  it("counts openings per day of the shift's beginning, up to the policy's days", async () => {
    const world = await limited({ openings: 2, days: 2, ...noRetry });
    const onDay = async (days: number) => {
      const shift = days * dayS;
      const papers = await world.reissue({
        assignment: (body) => ({ ...body, nbf: body.nbf + shift, exp: body.exp + shift }),
        grant: (body) => ({ ...body, nbf: body.nbf + shift, exp: body.exp + shift }),
      });
      return () => visit(world, { papers, now: later(world, shift) });
    };
    const [today, tomorrow, after] = [await onDay(0), await onDay(1), await onDay(2)];
    expect([await today(), await today(), await today()]).toEqual(["open", "open", "code-spent"]);
    expect([await tomorrow(), await tomorrow()]).toEqual(["open", "open"]);
    expect(await after()).toBe("limit-days");
  });

  it("keeps another carrier's like-named code apart", async () => {
    const world = await limited(noRetry);
    const ticket = world.takeTicket();
    const decision = decide(world.state, await world.request(await world.prove(ticket)), world.now);
    const other = await limited(noRetry);
    const second = decide(
      other.state,
      await other.request(await other.prove(other.takeTicket())),
      other.now,
    );
    const spent = (found: typeof decision) =>
      found.kind === "open"
        ? found.changes.flatMap((change) => (change.kind === "spend" ? [change.spent] : []))
        : [];
    expect(spent(decision)).toHaveLength(1);
    expect(spent(decision)).not.toEqual(spent(second));
  });
});

describe("retries", () => {
  it("need the same phone, assignment and codes, in time, and are counted", async () => {
    const world = await limited({ retry: { n: 2, s: 120 } });
    const codes = world.codes.slice(0, 2);
    expect(await visit(world, { codes })).toBe("open");
    expect(await visit(world, { codes: codes.slice(0, 1) })).toBe("code-spent");
    expect(await visit(world, { codes, papers: await world.reissue({}) })).toBe("code-spent");
    expect(await visit(world, { codes, now: later(world, 120) })).toBe("retry");
    expect(await visit(world, { codes, now: later(world, 121) })).toBe("code-spent");
    expect(await visit(world, { codes: codes.toReversed() })).toBe("retry");
    expect(await visit(world, { codes })).toBe("retry-exhausted");
  });

  it("end with the boot, and never mix with a fresh code", async () => {
    const world = await limited({ retry: { n: 2, s: 120 } });
    expect(await visit(world)).toBe("open");
    expect(await visit(world, { codes: world.codes.slice(0, 2) })).toBe("code-spent");
    const rebooted = await limited({ retry: { n: 2, s: 120 } });
    expect(await visit(rebooted)).toBe("open");
    const { spend } = rebooted.box.memory.facts;
    const box = {
      ...rebooted.box.memory.facts,
      spend: (spent: string, ent: string) => {
        const known = spend(spent, ent);
        return known && { ...known, first: { ...known.first, boot: "A".repeat(22) } };
      },
    };
    expect(await visit(rebooted, { state: { ...rebooted.state, box } })).toBe("code-spent");
  });

  it("are another phone's never", async () => {
    const world = await limited({ retry: { n: 2, s: 120 } });
    expect(await visit(world)).toBe("open");
    const { spend } = world.box.memory.facts;
    const box = {
      ...world.box.memory.facts,
      spend: (spent: string, ent: string) => {
        const known = spend(spent, ent);
        return known && { ...known, first: { ...known.first, jkt: "A".repeat(43) } };
      },
    };
    expect(await visit(world, { state: { ...world.state, box } })).toBe("code-spent");
  });

  it("never mix with a code that may open once more", async () => {
    const world = await limited({ openings: 2, retry: { n: 2, s: 120 } });
    const [one = "", two = ""] = world.codes;
    expect(await visit(world, { codes: [one] })).toBe("open");
    expect(await visit(world, { codes: [one, two] })).toBe("open");
    expect(await visit(world, { codes: [one, two] })).toBe("code-spent");
  });

  it("that share one code with another opening are refused as a whole", async () => {
    const world = await limited({ openings: 1, retry: { n: 2, s: 120 } });
    const [one = "", two = ""] = world.codes;
    expect(await visit(world, { codes: [one] })).toBe("open");
    expect(await visit(world, { codes: [one, two] })).toBe("code-spent");
  });
});

describe("limits by the hour", () => {
  it("hold a phone to its attempts", async () => {
    const world = await limited({ per_handset: 2 });
    expect(await visit(world, { codes: ["WRONG-1"] })).toBe("code-unknown");
    expect(await visit(world, { codes: ["WRONG-2"] })).toBe("code-unknown");
    expect(await visit(world)).toBe("limit-handset");
    expect(await visit(world, { now: later(world, 3_599) })).toBe("limit-handset");
    expect(await visit(world, { now: later(world, 7_199) })).toBe("open");
  });

  it("hold a carrier to its cap", async () => {
    const world = await makeWorld({
      policy: (policy) => ({
        ...policy,
        carriers: policy.carriers.map((carrier) => ({ ...carrier, cap: 1 })),
      }),
    });
    const [one = "", two = ""] = world.codes;
    expect(await visit(world, { codes: [one] })).toBe("open");
    expect(await visit(world, { codes: [two] })).toBe("limit-cap");
    expect(await visit(world, { codes: [two], now: later(world, 3_600) })).toBe("open");
  });

  it("hold a contractor to its own", async () => {
    const world = await makeWorld();
    const { root, keysetBody, key } = world.carrier;
    const contractor = { name: "Lastmile", cap: 1, until: worldStart + dayS };
    const keys = [{ jwk: key.jwk, use: "dispatch", nbf: 1e9, exp: 2e9, contractor }];
    const text = await signPaper("keyset", { ...keysetBody, keys }, root);
    const keysets = new Map([...world.state.keysets, [root.kid, held(text, worldStart)]]);
    const state = { ...world.state, keysets };
    const [one = "", two = ""] = world.codes;
    expect(await visit(world, { codes: [one], state })).toBe("open");
    expect(await visit(world, { codes: [two], state })).toBe("contractor-limit");
  });
});

describe("the post's round", () => {
  it("needs a finger and a route card, and opens each entrance it names once per assignment", async () => {
    const world = await makeWorld({
      ents: ["street", "lobby"],
      codes: ["ROUTE-7", "ROUTE-8"],
      policy: (policy) => ({
        ...policy,
        limits: { ...policy.limits, openings: 5, ...noRetry },
        carriers: policy.carriers.map((carrier) => ({ ...carrier, purposes: ["round"] })),
      }),
    });
    const bend = { purpose: "round", badge: (body: object) => ({ ...body, uv: true }) } as const;
    const bare = await world.reissue(bend);
    const round = { finger: true, purpose: "round" } as const;
    expect(await visit(world, { ...round, papers: bare })).toBe("code-unknown");
    const papers = await world.reissue({ ...bend, parcelEnts: ["street", "lobby"] });
    expect(await visit(world, { ...round, papers })).toBe("open");
    expect(await visit(world, { ...round, papers })).toBe("code-spent");
    expect(await visit(world, { ...round, papers, codes: ["ROUTE-8"] })).toBe("code-spent");
    expect(await visit(world, { ...round, papers, ent: "lobby" })).toBe("open");
    const tomorrow = await world.reissue({ ...bend, parcelEnts: ["street"] });
    expect(await visit(world, { ...round, papers: tomorrow })).toBe("open");
  });
});

function firstAsg(world: World): string {
  const decision = decide(world.state, { papers: world.papers, ent: world.ent }, world.now);
  expect(decision.kind).toBe("unknown");
  return paperHash(world.state.crypto, world.papers.assignment);
}

import { signPaper } from "@vestibule/core";
import { randomText } from "@vestibule/core/node";
import { worldStart as at } from "@vestibule/core/testing";
import { expect } from "vitest";
import { type DriverOptions, refusalOf } from "./desk.ts";
import { type How, posing, type RefusalDesk, stranger } from "./refusal-desk.ts";

/** Papers in the host's rows that a tap brings before the decision. */
const tapped =
  (options: (desk: RefusalDesk) => DriverOptions) =>
  async (desk: RefusalDesk): Promise<string> =>
    refusalOf(await desk.door.tap(await desk.driver(options(desk))));

/** Refusals of the papers that a tap brings. */
export const papersAtTheTap: readonly How[] = [
  ["shape", "a badge with a member more", tapped(() => ({ badge: (b) => ({ ...b, more: 1 }) }))],
  ["size", "an assignment over its bound", tooLarge],
  [
    "alg",
    "another algorithm under the vetter's key",
    tapped((desk) => ({ badgeKey: posing(desk.place.world.vetter.key, "ES256") })),
  ],
  [
    "typ",
    "a badge where the assignment belongs",
    tapped(() => ({ texts: (p) => ({ ...p, assignment: p.badge ?? "" }) })),
  ],
  ["kid-unknown", "a badge by a key of no keyset", tapped(() => ({ badgeKey: stranger() }))],
  [
    "sig",
    "a badge by another's key under that name",
    tapped((desk) => ({ badgeKey: posing(desk.place.world.vetter.key) })),
  ],
  [
    "iss-mismatch",
    "a grant in another's name",
    tapped((desk) => ({ grant: (g) => ({ ...g, iss: desk.place.world.carrier.root.kid }) })),
  ],
  [
    "role",
    "an assignment by the carrier's stop key",
    tapped((desk) => ({ assignmentKey: desk.place.world.carrier.stop })),
  ],
  [
    "bld-mismatch",
    "an assignment to another building",
    tapped(() => ({ assignment: (a) => ({ ...a, bld: randomText(32) }) })),
  ],
  [
    "not-yet",
    "a grant that begins later",
    tapped(() => ({ grant: (g) => ({ ...g, nbf: at + 3_000 }) })),
  ],
  ["expired", "a grant that ended", tapped(() => ({ grant: (g) => ({ ...g, exp: at - 60 }) }))],
  [
    "too-long-lived",
    "a shift of seventeen hours",
    tapped(() => ({ assignment: (a) => ({ ...a, exp: a.nbf + 17 * 3_600 }) })),
  ],
  [
    "hours",
    "a carrier of the night by day",
    tapped((desk) => ({
      badge: (b) => ({ ...b, car: desk.night.root.kid }),
      assignment: (a) => ({ ...a, iss: desk.night.root.kid }),
      assignmentKey: desk.night.key,
    })),
  ],
  ["purpose", "a daily round that the policy does not name", tapped(() => ({ purpose: "round" }))],
  [
    "app-not-allowed",
    "a badge for another app",
    tapped(() => ({ badge: (b) => ({ ...b, app: "other.example" }) })),
  ],
  [
    "carrier-not-admitted",
    "a carrier that no policy names",
    tapped(() => ({ assignment: (a) => ({ ...a, iss: stranger().kid }) })),
  ],
  ["badge-missing", "no badge in the host's rows", tapped(() => ({ noBadge: true }))],
  [
    "badge-carrier",
    "a badge for another carrier",
    tapped(() => ({ badge: (b) => ({ ...b, car: stranger().kid }) })),
  ],
  [
    "clearance-expired",
    "a clearance that ended",
    tapped(() => ({ badge: (b) => ({ ...b, cleared_until: at - 60 }) })),
  ],
  [
    "badge-mismatch",
    "an assignment for another badge",
    tapped(() => ({ assignment: (a) => ({ ...a, badge: randomText(32) }) })),
  ],
  [
    "handset-mismatch",
    "an assignment for another phone",
    tapped(() => ({ assignment: (a) => ({ ...a, cnf: { jkt: stranger().kid } }) })),
  ],
  [
    "not-sealed-here",
    "a pepper for another box",
    tapped(() => ({
      assignment: (a) => ({ ...a, pep: a.pep.map((part) => ({ ...part, ctl: stranger().kid })) }),
    })),
  ],
  [
    "window",
    "a shift of tomorrow",
    tapped(() => ({ assignment: (a) => ({ ...a, nbf: at + 3_600, exp: at + 7_200 }) })),
  ],
  [
    "grant-assignment",
    "a grant for another assignment",
    tapped(() => ({ grant: (g) => ({ ...g, asg: randomText(32) }) })),
  ],
  [
    "grant-entrance",
    "a grant for the lobby alone",
    tapped(() => ({ grant: (g) => ({ ...g, ents: ["lobby"] }) })),
  ],
  [
    "grant-wider",
    "a grant that outlasts its assignment",
    tapped(() => ({ grant: (g) => ({ ...g, exp: g.exp + 60 }) })),
  ],
  ["contractor-limit", "a contractor's key for other buildings", asContractor],
];

async function tooLarge(desk: RefusalDesk): Promise<string> {
  const text = `${"a".repeat(70_000)}.${"b".repeat(8)}.${"c".repeat(86)}`;
  return refusalOf(await desk.post("/api/keysets", { text, role: "carrier" }));
}

async function asContractor(desk: RefusalDesk): Promise<string> {
  const { carrier } = desk.place.world;
  const hired = stranger();
  const contractor = { name: "Hired", blds: [randomText(32)], until: at + 86_400, cap: 10 };
  const key = { jwk: hired.jwk, use: "dispatch", nbf: at - 60, exp: at + 86_400, contractor };
  const body = { ...carrier.keysetBody, ver: 2, keys: [...carrier.keysetBody.keys, key] };
  expect(
    (await desk.handKeyset(await signPaper("keyset", body, carrier.root))).status,
  ).toBeLessThan(300);
  return tapped(() => ({ assignmentKey: hired }))(desk);
}

const refusedKeyset = async (desk: RefusalDesk, text: string, role?: string) =>
  refusalOf(await desk.handKeyset(text, role));

/** Refusals of keysets. */
export const keysets: readonly How[] = [
  [
    "keyset-rollback",
    "another keyset of the first version",
    async (desk) => {
      const { carrier } = desk.place.world;
      const body = { ...carrier.keysetBody, exp: carrier.keysetBody.exp - 1 };
      return refusedKeyset(desk, await signPaper("keyset", body, carrier.root));
    },
  ],
  [
    "keyset-expired",
    "a keyset whose time is over",
    async (desk) => {
      const { vetter } = desk.place.world;
      const body = { ...vetter.keysetBody, ver: 2, exp: at - 60 };
      return refusedKeyset(desk, await signPaper("keyset", body, vetter.root), "vetter");
    },
  ],
];

import { randomBytes } from "node:crypto";
import { type Policy, policyHash } from "@vestibule/core";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import { worldStart as at } from "@vestibule/core/testing";
import { expect } from "vitest";
import { type AssertionBend, otherGenesis, realGenesis, signBent } from "./bent-policies.ts";
import { refusalOf } from "./desk.ts";
import type { How, RefusalDesk } from "./refusal-desk.ts";
import { until } from "./until.ts";

const crypto = nodeCrypto();

/** A first policy, changed before it is signed, offered to a house without one. */
const bentPolicy = (bend: (policy: Policy) => Policy) => async (desk: RefusalDesk) => {
  const policy = bend(otherGenesis(desk.place.world, randomText(6)));
  return desk.offered(await desk.newBuilding(), desk.place.world.signPolicy(policy));
};
const bentReal = (bend: (policy: Policy) => Policy) => async (desk: RefusalDesk) =>
  desk.offered(
    await desk.newBuilding(),
    desk.place.world.signPolicy(bend(realGenesis(desk.place.world))),
  );
const bentAssertion = (bend: AssertionBend) => async (desk: RefusalDesk) =>
  desk.offered(
    await desk.newBuilding(),
    signBent(desk.place.world, otherGenesis(desk.place.world, randomText(6)), bend),
  );
const limited = (limits: Partial<Policy["limits"]>) =>
  bentPolicy((policy) => ({ ...policy, limits: { ...policy.limits, ...limits } }));

/** A house with a policy, for what concerns its next one. */
async function founded(
  desk: RefusalDesk,
): Promise<{ buildingId: string; genesis: Policy; bld: string }> {
  const genesis = otherGenesis(desk.place.world, randomText(6));
  const buildingId = await desk.newBuilding();
  expect(await desk.offered(buildingId, desk.place.world.signPolicy(genesis))).toBe("accepted");
  return { buildingId, genesis, bld: policyHash(crypto, genesis) };
}

async function nextOf(desk: RefusalDesk, change: (next: Policy) => Policy): Promise<string> {
  const { buildingId, genesis, bld } = await founded(desk);
  const next = { ...genesis, ver: 2, bld, prev: bld };
  return desk.offered(buildingId, desk.place.world.signPolicy(change(next)));
}

/** Refusals of policies and of what comes before or after one. */
export const policies: readonly How[] = [
  [
    "policy-fork",
    "a next policy that follows none",
    (desk) => nextOf(desk, (next) => ({ ...next, prev: randomText(32) })),
  ],
  [
    "policy-rollback",
    "an older version",
    async (desk) => {
      const { buildingId, genesis, bld } = await founded(desk);
      const second = { ...genesis, ver: 2, bld, prev: bld };
      expect(await desk.offered(buildingId, desk.place.world.signPolicy(second))).toBe("accepted");
      const other = { ...second, notice_s: 120 };
      const third = { ...second, ver: 3, prev: policyHash(crypto, second) };
      expect(await desk.offered(buildingId, desk.place.world.signPolicy(third))).toBe("accepted");
      return desk.offered(buildingId, desk.place.world.signPolicy(other));
    },
  ],
  ["policy-expired", "an assignment after the last policy's end", afterItsEnd],
  [
    "policy-stale-offer",
    "one that was to be accepted by yesterday",
    bentPolicy((p) => ({ ...p, from: at - 90_000, accept_by: at - 80_000 })),
  ],
  ["notice-running", "an assignment before the first policy counts", beforeItCounts],
  [
    "member-dup",
    "one member twice",
    bentPolicy((p) => ({ ...p, members: [...p.members, ...p.members] })),
  ],
  [
    "quorum-members",
    "more members asked than there are",
    bentPolicy((p) => ({ ...p, quorum: { ...p.quorum, members: 2 } })),
  ],
  [
    "quorum-origins",
    "more origins asked than there are",
    bentPolicy((p) => ({ ...p, quorum: { ...p.quorum, origins: 2 } })),
  ],
  ["log-proof", "no log, and no demonstration", bentReal(({ log: _log, ...p }) => p)],
  [
    "witnesses",
    "no witnesses, and no demonstration",
    bentReal(({ witnesses: _witnesses, ...p }) => p),
  ],
  [
    "party-overlap",
    "an app under the host's domain",
    bentReal((p) => ({ ...p, apps: { ...p.apps, domains: ["app.host.example"] } })),
  ],
  [
    "entrance-unknown",
    "a path through a door that is not there",
    bentPolicy((p) => ({ ...p, paths: [["attic"]] })),
  ],
  [
    "limit-lifetime",
    "a policy for five hundred days",
    bentPolicy((p) => ({ ...p, until: p.from + 500 * 86_400 })),
  ],
  ["limit-notice", "a notice of a second", bentPolicy((p) => ({ ...p, notice_s: 1 }))],
  ["limit-release", "a release of eleven seconds", limited({ release_ms: 11_000 })],
  ["limit-days", "a label for eight days", limited({ days: 8 })],
  ["limit-retry", "three retries", limited({ retry: { n: 3, s: 60 } })],
  ["limit-wrong-codes", "eleven wrong labels", limited({ wrong_codes: 11 })],
  [
    "limit-stale",
    "a day without the host",
    bentPolicy((p) => ({ ...p, offline: { ...p.offline, max_stale_s: 86_400 } })),
  ],
  [
    "limit-releases",
    "one of one signer of software",
    bentPolicy((p) => ({ ...p, software: { k: 1, signers: [randomText(32)] } })),
  ],
  ["webauthn-shape", "client data that is none", bentAssertion({ junk: true })],
  [
    "webauthn-type",
    "a registration for an assertion",
    bentAssertion({ client: (c) => ({ ...c, type: "webauthn.create" }) }),
  ],
  [
    "webauthn-challenge",
    "another policy's challenge",
    bentAssertion({ client: (c) => ({ ...c, challenge: randomText(32) }) }),
  ],
  [
    "webauthn-origin",
    "another page",
    bentAssertion({ client: (c) => ({ ...c, origin: "http://evil.localhost:8600" }) }),
  ],
  [
    "webauthn-cross-origin",
    "a frame in another page",
    bentAssertion({ client: (c) => ({ ...c, crossOrigin: true }) }),
  ],
  [
    "webauthn-rp",
    "another site's passkey",
    bentAssertion({ authenticator: (a) => Buffer.concat([randomBytes(32), a.subarray(32)]) }),
  ],
  ["webauthn-up", "nobody present", bentAssertion({ authenticator: flags(0x04) })],
  ["webauthn-uv", "nobody verified", bentAssertion({ authenticator: flags(0x01) })],
  [
    "webauthn-credential",
    "a credential that the policy does not name",
    bentAssertion({ cred: "c".repeat(43) }),
  ],
  ["webauthn-signature", "another's signature", bentAssertion({ stranger: true })],
];

function flags(value: number): (data: Buffer) => Buffer {
  return (data) => Buffer.concat([data.subarray(0, 32), Buffer.of(value), data.subarray(33)]);
}

function beforeItCounts(desk: RefusalDesk): Promise<string> {
  return assignedUnder(desk, (policy) => ({ ...policy, from: at + 86_400 }));
}

async function afterItsEnd(desk: RefusalDesk): Promise<string> {
  // Long enough to be offered in on a busy machine.
  const until_ = Math.floor(desk.place.now() / 1_000) + 10;
  const change = (policy: Policy) => ({ ...policy, accept_by: until_, until: until_ });
  return assignedUnder(desk, change, (until_ + 1) * 1_000);
}

/** An assignment to a house whose first policy is changed so, handed in no earlier than that. */
async function assignedUnder(
  desk: RefusalDesk,
  change: (policy: Policy) => Policy,
  notBeforeMs = 0,
): Promise<string> {
  const genesis = change(otherGenesis(desk.place.world, randomText(6)));
  const buildingId = await desk.newBuilding();
  expect(await desk.offered(buildingId, desk.place.world.signPolicy(genesis))).toBe("accepted");
  const sql = "update vestibule.building set state = 'proved', proved_at = now() where id = $1";
  await desk.place.superuser.query(sql, [buildingId]);
  const bld = policyHash(crypto, genesis);
  const { badge = "", assignment } = await desk.place.world.reissue({
    assignment: (a) => ({ ...a, bld }),
  });
  const handset = desk.place.world.handset.jwk;
  await desk.post("/api/badges", { text: badge, handset });
  await until(() => desk.place.now() >= notBeforeMs, "the time of the assignment");
  return refusalOf(await desk.post("/api/assignments", { text: assignment }));
}

import { signPaper } from "@vestibule/core";
import { makeWorld, type World } from "@vestibule/core/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DomainApp, type SettledBuilding, settleBuilding } from "../testing/domain-app.ts";
import { handsetHeaders, wholeApp } from "../testing/whole-app.ts";

let server: DomainApp;
let world: World;
let linden: SettledBuilding;
let superuser: pg.Client;
beforeAll(async () => {
  world = await makeWorld();
  server = await wholeApp(world);
  linden = await settleBuilding(server, world);
  superuser = new pg.Client({ connectionString: server.test.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser?.end();
  await server?.close();
});

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  server.app.inject({ method: "POST", url, payload, headers });
const handBadge = (text = world.papers.badge ?? "") =>
  post("/api/badges", { text, handset: world.papers.handset });
const badgeBody = () =>
  JSON.parse(Buffer.from((world.papers.badge ?? "").split(".")[1] ?? "", "base64url").toString());
async function signIn() {
  const { handsetId } = (await handBadge()).json();
  const { parties } = (await server.app.inject({ url: "/api/carriers" })).json();
  const carrier = parties.find(({ root }: { root: string }) => root === world.carrier.root.kid);
  return handsetHeaders(server, {
    handsetId,
    jkt: world.handset.kid,
    carrierId: carrier.id,
  });
}
async function rows(table: string) {
  return (await superuser.query(`select * from vestibule.${table}`)).rows;
}

describe("a driver who withdraws his consent", () => {
  it("is deleted at once with handset and badge, signed out, and his assignments stopped (T11)", async () => {
    await post("/api/assignments", { text: world.papers.assignment });
    const { drv } = badgeBody();
    for (const [place, members] of [{ drv }, { drv: "drv-colleague" }].entries()) {
      const id = `rct_01h455vb4pex5vsknk084sn02${place}`;
      await superuser.query(
        "insert into vestibule.receipt (building_id, id, ctl, seq, boot, hash, stage, jws, received_at) values ($1, $2, $3, $4, 'b', $3, 'released', 'j', now())",
        [linden.buildingId, id, world.box.signer.kid, place],
      );
      await superuser.query(
        "insert into vestibule.receipt_personal select $1, $2, carrier_id, 's', $3, now() from vestibule.driver",
        [linden.buildingId, id, members],
      );
    }
    const headers = await signIn();
    const day = await server.app.inject({ url: "/api/handset/today", headers });
    expect(day.json().buildings).toMatchObject([{ id: linden.buildingId }]);
    expect((await post("/api/handset/withdrawals", {}, headers)).statusCode).toBe(200);
    for (const table of ["driver", "handset", "badge"]) expect(await rows(table)).toEqual([]);
    expect(await rows("assignment")).toMatchObject([{ state: "stopped" }]);
    expect(await rows("receipt_personal")).toMatchObject([{ members: { drv: "drv-colleague" } }]);
    const after = await server.app.inject({ url: "/api/handset/today", headers });
    expect(after.json()).toMatchObject({ code: "sign-in-required" });
    const unlock = await post("/api/handset/withdrawals", {}, headers);
    expect(unlock.json()).toMatchObject({ code: "sign-in-required" });
    expect((await rows("consent")).every(({ withdrawn_at }) => withdrawn_at !== null)).toBe(true);
  });

  it("does not come back by a badge under that consent, whoever hands it in", async () => {
    expect((await handBadge()).json()).toMatchObject({ code: "conflict" });
    const renewed = await signPaper(
      "badge",
      { ...badgeBody(), exp: badgeBody().exp - 60 },
      world.vetter.key,
    );
    expect((await handBadge(renewed)).json()).toMatchObject({ code: "conflict" });
    expect(await rows("driver")).toEqual([]);
  });

  it("comes back by a new consent of his own", async () => {
    const inv = Buffer.alloc(32, 7).toString("base64url");
    const again = await signPaper("badge", { ...badgeBody(), inv }, world.vetter.key);
    expect((await handBadge(again)).statusCode).toBe(200);
    expect(await rows("driver")).toHaveLength(1);
  });
});

describe("withdrawing", () => {
  it("leaves the rows of others alone, also of the same carrier", async () => {
    const before = { driver: await rows("driver"), consent: (await rows("consent")).length };
    const [driver] = before.driver;
    // A colleague of the same carrier, whose handset it is that withdraws.
    const ids = ["con", "drv", "hst"].map((kind) => `${kind}_01h455vb4pex5vsknk084sn02q`);
    const jkt = "C".repeat(43);
    const { carrier_id } = driver;
    await superuser.query(
      "insert into vestibule.consent values ($1, $2, 'v', 'app', now(), null)",
      [ids[0], carrier_id],
    );
    await superuser.query(
      "insert into vestibule.driver values ($2, $3, $1, 'drv-colleague', now(), now())",
      [ids[0], ids[1], carrier_id],
    );
    await superuser.query(
      `insert into vestibule.handset values ($1, $2, $3, $4, '{}', 'a.example', now(), now())`,
      [ids[2], carrier_id, ids[1], jkt],
    );
    const headers = await handsetHeaders(server, {
      handsetId: ids[2] ?? "",
      jkt,
      carrierId: carrier_id,
    });
    expect((await post("/api/handset/withdrawals", {}, headers)).statusCode).toBe(200);
    expect(await rows("driver")).toEqual(before.driver);
    expect(await rows("badge")).toHaveLength(1);
  });

  it("is remembered for as long as a badge can live, and then no longer", async () => {
    const { removeExpired } = await import("../platform/retention.ts");
    const { openKysely } = await import("../platform/pool.ts");
    const { roleUrl } = await import("../platform/roles.ts");
    const jobs = openKysely<unknown>({
      url: roleUrl(server.test.ownerUrl, "vestibule_jobs"),
      schema: "graphile_worker",
      connectionsMax: 1,
    });
    await superuser.query(
      "update vestibule.consent set given_at = given_at - interval '400 days' where withdrawn_at is not null",
    );
    const withdrawn = async () =>
      (await rows("consent")).filter(({ withdrawn_at }) => withdrawn_at !== null).length;
    const remembered = await withdrawn();
    expect(remembered).toBeGreaterThan(1);
    await removeExpired(jobs, server.now());
    expect(await withdrawn()).toBe(remembered);
    await removeExpired(jobs, server.now() + 90 * 86_400_000);
    expect(await withdrawn()).toBe(0);
    await jobs.destroy();
  });
});

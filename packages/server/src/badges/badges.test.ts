import { badgeLifetimeSMax, signPaper } from "@vestibule/core";
import { generateSigner, type NodeSigner } from "@vestibule/core/node";
import { makeWorld, type World, worldStart } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DomainApp, domainApp, settleBuilding } from "../testing/domain-app.ts";

let server: DomainApp;
let world: World;
beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world);
  await settleBuilding(server, world);
});
afterAll(() => server?.close());

const hand = async (text: string, handset: object = world.handset.jwk) =>
  (
    await server.app.inject({ method: "POST", url: "/api/badges", payload: { text, handset } })
  ).json();
/** The world's badge for another phone and person, changed and signed by its vetter. */
function sign(
  change: object = {},
  {
    phone = generateSigner("ES256"),
    signer = world.vetter.key,
  }: { phone?: NodeSigner; signer?: NodeSigner } = {},
): Promise<string> {
  const body = JSON.parse(
    Buffer.from((world.papers.badge ?? "").split(".")[1] ?? "", "base64url").toString(),
  );
  const own = { cnf: { jkt: phone.kid }, drv: "drv-another", inv: phone.kid };
  return signPaper("badge", { ...body, ...own, ...change }, signer);
}

describe("a badge", () => {
  it("is kept once, with its driver, his consent and his phone", async () => {
    const phone = generateSigner("ES256");
    const text = await sign({}, { phone });
    const first = await hand(text, phone.jwk);
    expect(first).toMatchObject({ known: false });
    expect(await hand(text, phone.jwk)).toEqual({ ...first, known: true });
    const renewed = await hand(await sign({ exp: worldStart + 86_400 }, { phone }), phone.jwk);
    expect(renewed).toMatchObject({ known: false, handsetId: first.handsetId });
    expect(renewed.id).not.toBe(first.id);
  });

  it("is refused by the rule's own code", async () => {
    const phone = generateSigner("ES256");
    const code = async (change: object, signer = world.vetter.key) =>
      (await hand(await sign(change, { phone, signer }), phone.jwk)).code;
    expect(await code({ exp: worldStart - 1 })).toBe("expired");
    expect(await code({ exp: worldStart + badgeLifetimeSMax + 3_600 })).toBe("too-long-lived");
    expect(await code({ cleared_until: worldStart - 1 })).toBe("clearance-expired");
    expect(await code({ car: world.vetter.root.kid })).toBe("badge-carrier");
    expect(await code({}, generateSigner("EdDSA"))).toBe("kid-unknown");
    // A carrier's own dispatch vouches for nobody.
    expect(await code({ iss: world.carrier.root.kid }, world.carrier.key)).toBe("kid-unknown");
    const text = await sign({}, { phone });
    const [head, body, signature = ""] = text.split(".");
    const forged = signature.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect((await hand(`${head}.${body}.${forged}`, phone.jwk)).code).toBe("sig");
    expect((await hand(text, generateSigner("ES256").jwk)).code).toBe("handset-mismatch");
    expect((await hand("no paper", phone.jwk)).code).toBe("shape");
  });

  it("leaves a phone with the person it was vetted for", async () => {
    const phone = generateSigner("ES256");
    expect((await hand(await sign({}, { phone }), phone.jwk)).known).toBe(false);
    const other = await sign({ drv: "drv-somebody" }, { phone });
    expect((await hand(other, phone.jwk)).code).toBe("conflict");
  });

  it("counts for nothing once its vetter's keyset has ended", async () => {
    const phone = generateSigner("ES256");
    const afterMs = (world.vetter.keysetBody.exp - worldStart + 60) * 1_000;
    server.advance(afterMs);
    const at = Math.floor(server.now() / 1_000);
    const text = await sign({ exp: at + 3_600, cleared_until: at + 3_600 }, { phone });
    expect((await hand(text, phone.jwk)).code).toBe("keyset-expired");
    server.advance(-afterMs);
  });
});

describe("a keyset", () => {
  const handKeyset = async (text: string, role: "carrier" | "vetter") =>
    (
      await server.app.inject({ method: "POST", url: "/api/keysets", payload: { text, role } })
    ).json();

  it("of a carrier's root is never taken for a vetter's, though the operator knows both", async () => {
    const { root, keysetBody, keyset } = world.carrier;
    const { inContext } = await import("../platform/database.ts");
    const { keepParty } = await import("../carriers/carrier-store.ts");
    await inContext(server.databases.app, { role: "operator" }, (transaction) =>
      keepParty(transaction, "vetter", {
        root: root.kid,
        domain: keysetBody.domain,
        name: "Both",
        nowMs: server.now(),
      }),
    );
    expect(await handKeyset(keyset, "vetter")).toMatchObject({ code: "role" });
  });

  it("of one version is one, also when two bring it at once, and its buildings learn of it", async () => {
    const { keysetBody, root } = world.carrier;
    const next = await signPaper("keyset", { ...keysetBody, ver: 2 }, root);
    const answers = await Promise.all([handKeyset(next, "carrier"), handKeyset(next, "carrier")]);
    expect(answers.filter(({ known }) => known === false)).toHaveLength(1);
    const { default: pg } = await import("pg");
    const superuser = new pg.Client({ connectionString: server.test.superuserUrl });
    await superuser.connect();
    const { rows } = await superuser.query(
      "select body ->> 'ver' as ver from vestibule.outbox where kind = 'keyset.accepted' and body ->> 'root' = $1 order by seq",
      [root.kid],
    );
    await superuser.end();
    expect(rows).toEqual([{ ver: "1" }, { ver: "2" }]);
  });
});

import { randomBytes } from "node:crypto";
import { assembleProof, type Proof, paperHash, signPaper } from "@vestibule/core";
import { generateSigner, type NodeSigner, nodeCrypto } from "@vestibule/core/node";
import type { Bend, World } from "@vestibule/core/testing";
import type { RunningServer } from "@vestibule/server";
import { newId } from "@vestibule/server/testing";
import type { Answer, Place } from "../delivery/place.ts";

const crypto = nodeCrypto();
type Papers = World["papers"];

/** A driver of a case's own, with papers of his own in the host's rows, signed in. */
export interface Driver {
  readonly handset: NodeSigner;
  readonly papers: Papers;
  readonly assignmentId: string;
  readonly token: string;
}

/** Which rows differ from what the host itself would have written. */
export interface DriverOptions extends Bend {
  /** The badge's row is missing. */
  readonly noBadge?: boolean;
  /** Changes the texts in the rows. */
  readonly texts?: (papers: Papers) => Papers;
}

/** Lays a driver's rows: what a host wrote that was careless, deceived or broken into. */
export async function layDriver(
  place: Place,
  host: RunningServer,
  options: DriverOptions = {},
): Promise<Driver> {
  const { world, rows, superuser } = place;
  const handset = options.handset ?? generateSigner("ES256");
  const made = await world.reissue({ ...options, handset });
  const papers = options.texts?.(made) ?? made;
  const nowMs = place.now();
  const at = new Date(nowMs);
  const later = new Date(nowMs + 8 * 3_600_000);
  const driverId = newId("driver", nowMs);
  const handsetId = newId("handset", nowMs);
  const assignmentId = newId("assignment", nowMs);
  const consentId = newId("consent", nowMs);
  const put = (text: string, values: readonly unknown[]) =>
    superuser.query(`insert into vestibule.${text}`, [...values]);
  const { building, carrier } = rows;
  const badgeHash = paperHash(crypto, made.badge ?? "");
  await put("consent (id,carrier_id,text_version,channel,given_at) values ($1,$2,'v1','app',$3)", [
    consentId,
    carrier,
    at,
  ]);
  await put(
    "driver (id,carrier_id,consent_id,drv,created_at,last_used_at) values ($1,$2,$3,$4,$5,$5)",
    [driverId, carrier, consentId, `drv-${randomBytes(6).toString("hex")}`, at],
  );
  await put(
    "handset (id,carrier_id,driver_id,jkt,jwk,app,created_at,last_used_at) values ($1,$2,$3,$4,$5,'driver.example',$6,$6)",
    [handsetId, carrier, driverId, handset.kid, JSON.stringify(handset.jwk), at],
  );
  if (options.noBadge !== true)
    await put(
      "badge (id,carrier_id,handset_id,jkt,vetter_root,hash,jws,cleared_until,expires_at,last_used_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$8,$9)",
      [
        newId("badge", nowMs),
        carrier,
        handsetId,
        handset.kid,
        world.vetter.root.kid,
        badgeHash,
        papers.badge,
        later,
        at,
      ],
    );
  await put(
    "assignment (building_id,id,carrier_id,hash,badge_hash,jkt,purpose,jws,window_from,window_until,state,received_at) values ($1,$2,$3,$4,$5,$6,'deliver',$7,$8,$9,'granted',$8)",
    [
      building,
      assignmentId,
      carrier,
      paperHash(crypto, made.assignment),
      badgeHash,
      handset.kid,
      papers.assignment,
      at,
      later,
    ],
  );
  await put(
    `"grant" (building_id,id,assignment_id,carrier_id,jkt,ctl,hash,jws,salt,window_from,window_until,made_at) values ($1,$2,$3,$4,$5,$6,$7,$8,'s',$9,$10,$9)`,
    [
      building,
      newId("grant", nowMs),
      assignmentId,
      carrier,
      handset.kid,
      world.box.signer.kid,
      paperHash(crypto, made.grant),
      papers.grant,
      at,
      later,
    ],
  );
  return { handset, papers, assignmentId, token: await place.signIn(host, handset) };
}

/** What a driver does at the street door of a place. */
export function gesturesAt(place: Place, host: RunningServer) {
  const { world } = place;
  const at = `/api/entrances/${place.rows.entrance}`;
  const tapWith = (driver: Driver, tap: { readonly e: string; readonly c: string }) =>
    place.ask(host, {
      path: `${at}/tickets`,
      token: driver.token,
      body: { assignmentId: driver.assignmentId, presence: { kind: "tap", tap } },
    });
  const tap = (driver: Driver) => tapWith(driver, world.tap());
  const proofOf = async (
    driver: Driver,
    ticket: string,
    { code, bend = (body) => body }: { code: string; bend?: (body: Proof) => object },
  ) => {
    const body = await assembleProof({
      ticket,
      grant: paperHash(crypto, driver.papers.grant),
      asg: paperHash(crypto, driver.papers.assignment),
      jkt: driver.handset.kid,
      ent: "street",
      purpose: "deliver",
      box: { ctl: world.box.signer.kid, seal: world.box.seal.publicText },
      codes: [code],
      jti: randomBytes(16),
    });
    const text = await signPaper("proof", bend(body), driver.handset);
    return { assignmentId: driver.assignmentId, ticket, proof: { kind: "jws", text } };
  };
  const send = (driver: Driver, body: unknown) => {
    const key = randomBytes(16).toString("base64url");
    return place.ask(host, { path: `${at}/unlocks`, token: driver.token, body, key });
  };
  const unlock = async (
    driver: Driver,
    code: string,
    bend?: (body: Proof) => object,
  ): Promise<Answer> => {
    const taken = await tap(driver);
    if (taken.status !== 200) return taken;
    const ticket = paperHash(crypto, taken.body.ticket);
    return send(
      driver,
      await proofOf(driver, ticket, { code, ...(bend === undefined ? {} : { bend }) }),
    );
  };
  return { tapWith, tap, proofOf, send, unlock };
}

/** The refusal in an answer, whether a problem or an attempt's last word. */
export function refusalOf({ body }: Answer): string {
  return String(body?.attempt?.code ?? body?.code ?? body?.attempt?.stage ?? "nothing");
}

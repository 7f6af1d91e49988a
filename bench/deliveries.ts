import { randomBytes } from "node:crypto";
import { assembleProof, paperHash, signPaper, softwareTap } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import type { District, Errand } from "./district.ts";
import { driverOrigin } from "./ground.ts";
import { rowId, tokenOf } from "./lay-rows.ts";
import type { Load, Shot } from "./load.ts";

const crypto = nodeCrypto();
/** Taps asked for at once; a handset has two live tickets at most, so each errand gets one. */
const tapsInFlight = 16;

/** Taps at every door of the district, each made ready to be sent as an unlock: nothing timed here. */
export async function prepareUnlocks(
  load: Load,
  district: District,
  count: number,
): Promise<readonly Shot[]> {
  const shots: Shot[] = [];
  const waiting = district.errands
    .filter(({ codes }) => codes.length > 0)
    // The least used first, and neighbours at different doors.
    .toSorted(
      (left, right) =>
        right.codes.length - left.codes.length ||
        left.driver.index - right.driver.index ||
        left.site.index - right.site.index,
    )
    .slice(0, count);
  if (waiting.length < count) throw new Error("the bench's parcels are used up");
  let next = 0;
  const worker = async () => {
    for (let errand = waiting[next]; errand !== undefined; errand = waiting[next]) {
      next += 1;
      shots.push(await prepareUnlock(load, errand));
    }
  };
  await Promise.all(Array.from({ length: tapsInFlight }, worker));
  return shots;
}

async function prepareUnlock(load: Load, errand: Errand): Promise<Shot> {
  const { site, driver } = errand;
  const ticket = await takeTicket(load, errand);
  const code = errand.codes.pop() ?? "";
  const body = await assembleProof({
    ticket,
    grant: paperHash(crypto, errand.grant),
    asg: paperHash(crypto, errand.assignment),
    jkt: driver.handset.kid,
    ent: "street",
    purpose: "deliver",
    box: { ctl: site.box.kid, seal: site.seal.publicText },
    codes: [code],
    jti: randomBytes(16),
  });
  const text = await signPaper("proof", body, driver.handset);
  return {
    path: `/api/entrances/${rowId("ent", site.index)}/unlocks`,
    headers: {
      ...headersOf(errand),
      "idempotency-key": randomBytes(16).toString("base64url"),
    },
    body: JSON.stringify({
      assignmentId: rowId("asg", errand.index),
      ticket,
      proof: { kind: "jws", text },
    }),
  };
}

async function takeTicket(load: Load, errand: Errand): Promise<string> {
  const { site } = errand;
  site.counter += 1;
  const { uid, metaReadKey, fileReadKey } = site.tag;
  const filler = new Uint8Array(5);
  const { counter } = site;
  const tap = softwareTap(crypto, { uid, metaReadKey, fileReadKey, counter, filler });
  const { status, body } = await load.fire({
    path: `/api/entrances/${rowId("ent", site.index)}/tickets`,
    headers: headersOf(errand),
    body: JSON.stringify({
      assignmentId: rowId("asg", errand.index),
      presence: { kind: "tap", tap },
    }),
  });
  if (status !== 200) throw new Error(`no ticket: ${status} ${body}`);
  const given: { readonly ticket: string } = JSON.parse(body);
  return paperHash(crypto, given.ticket);
}

function headersOf({ driver }: Errand) {
  return {
    origin: driverOrigin,
    authorization: `Bearer ${tokenOf(driver.index)}`,
    "content-type": "application/json",
  };
}

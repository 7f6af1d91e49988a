import { createHash } from "node:crypto";
import type pg from "pg";
import { newId } from "../platform/ids.ts";

/** A thumbprint for tests, the same for the same name. */
export function thumbprint(name: string): string {
  return createHash("sha256").update(name).digest("base64url");
}

/** A building with one of everything that a delivery leaves behind. */
export interface SeededBuilding {
  readonly organizationId: string;
  readonly buildingId: string;
  readonly carrierId: string;
  readonly jkt: string;
  readonly attemptId: string;
}

/**
 * Rows for one building and one delivery, written around row security by the superuser of a test's
 * own making: what a test then reads, it reads through the real roles.
 *
 * @param insert runs a statement where no policy stands in the way.
 */
export async function seedBuilding(
  insert: pg.Client,
  name: string,
  at: Date,
): Promise<SeededBuilding> {
  const ms = at.getTime();
  const ids = {
    organizationId: newId("organization", ms),
    buildingId: newId("building", ms),
    carrierId: newId("carrier", ms),
    controllerId: newId("controller", ms),
    entranceId: newId("entrance", ms),
    assignmentId: newId("assignment", ms),
    attemptId: newId("attempt", ms),
    receiptId: newId("receipt", ms),
    visitId: newId("visit", ms),
    driverId: newId("driver", ms),
    handsetId: newId("handset", ms),
    consentId: newId("consent", ms),
  };
  const hash = (what: string) => thumbprint(`${name} ${what}`);
  const jkt = hash("handset");
  const put = (sql: string, values: readonly unknown[]) => insert.query(sql, [...values]);
  const { buildingId: b, carrierId: c } = ids;
  await put(
    "insert into vestibule.building (id, organization_id, name, address, time_zone, created_at) values ($1,$2,$3,$4,'America/New_York',$5)",
    [b, ids.organizationId, name, `${name} Street`, at],
  );
  await put(
    "insert into vestibule.controller (building_id,id,ctl,jwk,seal_key,created_at) values ($1,$2,$3,'{}','x',$4)",
    [b, ids.controllerId, hash("box"), at],
  );
  await put(
    "insert into vestibule.entrance (building_id,id,ent,kind,label,controller_id,created_at) values ($1,$2,'street','street','Street',$3,$4)",
    [b, ids.entranceId, ids.controllerId, at],
  );
  await put(
    "insert into vestibule.carrier (id,root,domain,name,created_at) values ($1,$2,'carrier.example',$3,$4)",
    [c, hash("carrier"), name, at],
  );
  await put(
    "insert into vestibule.consent (id,carrier_id,text_version,channel,given_at) values ($1,$2,'v1','app',$3)",
    [ids.consentId, c, at],
  );
  await put(
    "insert into vestibule.driver (id,carrier_id,consent_id,drv,created_at,last_used_at) values ($1,$2,$3,'d1',$4,$4)",
    [ids.driverId, c, ids.consentId, at],
  );
  await put(
    "insert into vestibule.handset (id,carrier_id,driver_id,jkt,jwk,app,created_at,last_used_at) values ($1,$2,$3,$4,'{}','a.example',$5,$5)",
    [ids.handsetId, c, ids.driverId, jkt, at],
  );
  await put(
    "insert into vestibule.badge (id,carrier_id,handset_id,jkt,vetter_root,hash,jws,cleared_until,expires_at,last_used_at) values ($1,$2,$3,$4,$5,$6,'j',$7,$7,$7)",
    [newId("badge", ms), c, ids.handsetId, jkt, hash("vetter"), hash("badge"), at],
  );
  await put(
    "insert into vestibule.assignment (building_id,id,carrier_id,hash,badge_hash,jkt,purpose,jws,window_from,window_until,state,received_at) values ($1,$2,$3,$4,$5,$6,'deliver','j',$7,$7,'granted',$7)",
    [b, ids.assignmentId, c, hash("asg"), hash("badge"), jkt, at],
  );
  await put(
    "insert into vestibule.parcel (building_id,assignment_id,parcel_index,carrier_id,digest) values ($1,$2,0,$3,$4)",
    [b, ids.assignmentId, c, hash("parcel")],
  );
  await put(
    "insert into vestibule.assignment_unit (building_id,assignment_id,parcel_index,unit_label) values ($1,$2,0,'4B')",
    [b, ids.assignmentId],
  );
  await put(
    `insert into vestibule."grant" (building_id,id,assignment_id,carrier_id,jkt,ctl,hash,jws,salt,window_from,window_until,made_at) values ($1,$2,$3,$4,$5,$6,$7,'j','s',$8,$8,$8)`,
    [b, newId("grant", ms), ids.assignmentId, c, jkt, hash("box"), hash("grant"), at],
  );
  await put(
    "insert into vestibule.visit (building_id,id,carrier_id,jkt,assignment_id,began_at,last_at) values ($1,$2,$3,$4,$5,$6,$6)",
    [b, ids.visitId, c, jkt, ids.assignmentId, at],
  );
  await put(
    "insert into vestibule.attempt (building_id,id,entrance_id,controller_id,carrier_id,jkt,assignment_id,visit_id,proof_hash,stage,outcome,deadline_at,presented_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,'released','reached',$10,$10)",
    [
      b,
      ids.attemptId,
      ids.entranceId,
      ids.controllerId,
      c,
      jkt,
      ids.assignmentId,
      ids.visitId,
      hash("proof"),
      at,
    ],
  );
  await put(
    "insert into vestibule.receipt (building_id,id,ctl,seq,boot,hash,ent,attempt_id,stage,jws,received_at) values ($1,$2,$3,1,'b',$4,'street',$5,'released','j',$6)",
    [b, ids.receiptId, hash("box"), hash("receipt"), ids.attemptId, at],
  );
  await put(
    "insert into vestibule.receipt_personal (building_id,receipt_id,carrier_id,salt,members,received_at) values ($1,$2,$3,'s','{}',$4)",
    [b, ids.receiptId, c, at],
  );
  await put(
    "insert into vestibule.outbox (building_id,seq,kind,carrier_id,body,at) values ($1,1,'attempt.released',$2,'{}',$3)",
    [b, c, at],
  );
  return {
    organizationId: ids.organizationId,
    buildingId: b,
    carrierId: c,
    jkt,
    attemptId: ids.attemptId,
  };
}

import { randomBytes } from "node:crypto";
import { nodeCrypto } from "../crypto/node.ts";
import { type NodeSigner, randomText } from "../crypto/node-keys.ts";
import { hashText } from "../crypto/thumbprint.ts";
import type { ShownPapers } from "../decide/facts.ts";
import { utf8 } from "../encoding/bytes.ts";
import { assembleAssignment, keepBitmap } from "../papers/assemble.ts";
import type { Assignment, Badge, Grant } from "../papers/bodies.ts";
import { paperHash } from "../papers/jws.ts";
import { dayS } from "../papers/limits.ts";
import type { Purpose } from "../papers/policy.ts";
import { signPaper } from "../papers/sign.ts";
import type { WorldParty } from "./parties.ts";

const crypto = nodeCrypto();

/** How papers are to differ from valid ones. What refers to a bent paper refers to it as bent. */
export interface Bend {
  readonly badge?: (body: Badge) => object;
  readonly assignment?: (body: Assignment) => object;
  readonly grant?: (body: Grant) => object;
  readonly badgeKey?: NodeSigner;
  readonly assignmentKey?: NodeSigner;
  readonly grantKey?: NodeSigner;
  readonly purpose?: Purpose;
  readonly codes?: readonly string[];
  /** Entrances each parcel names. */
  readonly parcelEnts?: readonly string[];
  readonly handset?: NodeSigner;
}

/** Who makes the papers, for which building and box. */
export interface PaperMakers {
  readonly at: number;
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly handset: NodeSigner;
  readonly bld: string;
  readonly codes: readonly string[];
  readonly ents: readonly string[];
  readonly ctl: string;
  readonly seal: string;
}

/** Badge, assignment and grant, valid but for the bends. */
export async function makePapers(makers: PaperMakers, bend: Bend = {}): Promise<ShownPapers> {
  const { at, host, carrier, vetter, bld } = makers;
  const handset = bend.handset ?? makers.handset;
  const codes = bend.codes ?? makers.codes;
  const badgeBody: Badge = {
    v: 1,
    iss: vetter.root.kid,
    car: carrier.root.kid,
    cnf: { jkt: handset.kid },
    drv: "drv-0001",
    uv: false,
    app: "driver.example",
    cleared_until: at + 60 * dayS,
    exp: at + 60 * dayS,
    inv: hashText(crypto, utf8("consent")),
  };
  const badge = await signPaper(
    "badge",
    bend.badge?.(badgeBody) ?? badgeBody,
    bend.badgeKey ?? vetter.key,
  );
  const body = await assembleAssignment(crypto, {
    car: carrier.root.kid,
    bld,
    badge: paperHash(crypto, badge),
    jkt: handset.kid,
    purpose: bend.purpose ?? "deliver",
    nbf: at - 3_600,
    exp: at + 8 * 3_600,
    parcels: codes.map((code) =>
      bend.parcelEnts === undefined ? { code } : { code, ents: bend.parcelEnts },
    ),
    boxes: [{ ctl: makers.ctl, seal: makers.seal }],
    pepper: randomBytes(32),
    jti: randomBytes(16),
  });
  const assignment = await signPaper(
    "assignment",
    bend.assignment?.(body) ?? body,
    bend.assignmentKey ?? carrier.key,
  );
  const grantBody: Grant = {
    v: 1,
    iss: host.root.kid,
    bld,
    ctl: makers.ctl,
    ents: makers.ents,
    asg: paperHash(crypto, assignment),
    keep: keepBitmap(codes.length, () => true),
    nbf: body.nbf,
    exp: body.exp,
    jti: randomText(16),
    salt: randomText(32),
  };
  const grant = await signPaper(
    "grant",
    bend.grant?.(grantBody) ?? grantBody,
    bend.grantKey ?? host.key,
  );
  return { badge, assignment, grant, handset: handset.jwk };
}

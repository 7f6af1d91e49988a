import { seal } from "../crypto/hpke.ts";
import type { Crypto } from "../crypto/port.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import type { Assignment, Proof } from "./bodies.ts";
import type { Entrance, Purpose } from "./policy.ts";
import { codesAad, parcelDigest, pepperAad } from "./sealing.ts";

/** What a carrier says of one shift at one building; codes are canonical and stay with it. */
export interface AssignmentPlan {
  readonly car: string;
  readonly bld: string;
  readonly badge: string;
  readonly jkt: string;
  readonly purpose: Purpose;
  readonly nbf: number;
  readonly exp: number;
  readonly parcels: readonly { readonly code: string; readonly ents?: readonly string[] }[];
  /** The boxes that shall be able to test the codes, as the signed policy names them. */
  readonly boxes: readonly Pick<Entrance, "ctl" | "seal">[];
  /** 32 fresh random bytes. */
  readonly pepper: Uint8Array;
  /** 16 fresh random bytes. */
  readonly jti: Uint8Array;
}

/**
 * Builds an assignment's body: each parcel as a keyed digest, the pepper sealed to each box. Whoever
 * calls this verified the policy that names the boxes; nobody else ever sees the codes.
 */
export async function assembleAssignment(
  crypto: Crypto,
  plan: AssignmentPlan,
): Promise<Assignment> {
  const jti = encodeBase64url(plan.jti);
  const boxes = [...new Map(plan.boxes.map((box) => [box.ctl, box])).values()];
  const pep = await Promise.all(
    boxes.map(async ({ ctl, seal: to }) => {
      const aad = pepperAad({ bld: plan.bld, car: plan.car, jti, ctl });
      return { ctl, ...(await seal(to, "vestibule/pepper/1", { aad, plaintext: plan.pepper })) };
    }),
  );
  return {
    v: 1,
    iss: plan.car,
    bld: plan.bld,
    cnf: { jkt: plan.jkt },
    badge: plan.badge,
    purpose: plan.purpose,
    nbf: plan.nbf,
    exp: plan.exp,
    jti,
    pep,
    parcels: plan.parcels.map(({ code, ents }) => ({
      d: encodeBase64url(parcelDigest(crypto, plan.pepper, { car: plan.car, code })),
      ...(ents === undefined ? {} : { ents }),
    })),
  };
}

/** What a handset puts into a proof. */
export interface ProofPlan {
  readonly ticket: string;
  readonly grant: string;
  readonly asg: string;
  readonly jkt: string;
  readonly ent: string;
  readonly purpose: Purpose;
  /** The entrance's box and seal key, as the signed policy names them. */
  readonly box: Pick<Entrance, "ctl" | "seal">;
  readonly codes: readonly string[];
  /** 16 fresh random bytes. */
  readonly jti: Uint8Array;
}

/** Builds a proof's body; the codes are sealed to the entrance, bound to this ticket and this handset. */
export async function assembleProof(plan: ProofPlan): Promise<Proof> {
  const aad = codesAad({ ticket: plan.ticket, jkt: plan.jkt });
  const plaintext = utf8(canonicalize(plan.codes));
  const sealed = await seal(plan.box.seal, "vestibule/codes/1", { aad, plaintext });
  return {
    v: 1,
    iss: plan.jkt,
    ticket: plan.ticket,
    grant: plan.grant,
    asg: plan.asg,
    ctl: plan.box.ctl,
    ent: plan.ent,
    purpose: plan.purpose,
    jti: encodeBase64url(plan.jti),
    sealed,
  };
}

/** The bitmap of a grant that keeps these parcels; index 0 is the lowest bit of byte 0. */
export function keepBitmap(count: number, kept: (index: number) => boolean): string {
  const bytes = new Uint8Array(Math.ceil(count / 8));
  for (let index = 0; index < count; index += 1) {
    if (kept(index)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return encodeBase64url(bytes);
}

import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { hashText } from "../crypto/thumbprint.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Receipt, type ReceiptPersonal, receiptBody } from "./bodies.ts";
import { type OpenContext, type Opened, openPaper } from "./jws.ts";

/** What the first receipt of a box chains to: 32 zero bytes. */
export const firstReceiptPrev: string = encodeBase64url(new Uint8Array(32));

/** SHA-256(salt ‖ JCS of the personal members): binds them to a receipt that outlives them. */
export function personalHash(crypto: Crypto, personal: ReceiptPersonal): string {
  const { salt, ...members } = personal;
  return hashText(
    crypto,
    concat(decodeBase64url(salt) ?? new Uint8Array(), utf8(canonicalize(members))),
  );
}

/** Where a chain of receipts stands. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The verdict on a receipt that arrived: the next of its chain, or one that is already known. */
export type ReceiptIntake =
  | { readonly kind: "next"; readonly receipt: Opened<Receipt>; readonly head: ChainHead }
  | { readonly kind: "known"; readonly receipt: Opened<Receipt> }
  | Refusal;

/**
 * Checks a receipt at intake: the box's own signature, its personal half, and that it continues the
 * chain. A gap is asked for again; a fork (same number, other content) is a second box or a rewound disk.
 */
export function intakeReceipt(
  context: OpenContext,
  {
    text,
    personal,
    head,
    kept,
  }: {
    readonly text: string;
    readonly personal: ReceiptPersonal | undefined;
    readonly head: ChainHead | undefined;
    /** The hash kept under an earlier number, `undefined` where retention took it. */
    readonly kept?: (seq: number) => string | undefined;
  },
  { ctl, jwk }: { readonly ctl: string; readonly jwk: PublicJwk },
): ReceiptIntake {
  const opened = openPaper(context, { kind: "receipt", text, body: receiptBody }, (kid) =>
    kid === ctl ? jwk : undefined,
  );
  if (opened.kind === "refused")
    return opened.refusal.code === "shape" || opened.refusal.code === "size"
      ? refuse(opened.refusal.code)
      : refuse("receipt-sig");
  const { body } = opened;
  // Boxes sign with Ed25519 only.
  if (body.iss !== ctl || jwk.kty !== "OKP") return refuse("receipt-sig");
  if (personal !== undefined && body.ph !== personalHash(context.crypto, personal))
    return refuse("receipt-sig", { field: "ph" });
  const last = head ?? { seq: 0, hash: firstReceiptPrev };
  if (body.seq === last.seq)
    return opened.hash === last.hash ? { kind: "known", receipt: opened } : refuse("chain-fork");
  if (body.seq < last.seq) {
    const known = kept?.(body.seq) ?? opened.hash;
    return known === opened.hash ? { kind: "known", receipt: opened } : refuse("chain-fork");
  }
  if (body.seq > last.seq + 1) return refuse("chain-gap");
  if (body.prev !== last.hash) return refuse("chain-fork");
  return { kind: "next", receipt: opened, head: { seq: body.seq, hash: opened.hash } };
}

import {
  type ChainHead,
  type Crypto,
  intakeReceipt,
  type PublicJwk,
  readPaper,
  receiptBody,
} from "@vestibule/core";
import type { BoxMessage } from "@vestibule/core/link";
import type { Database } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import type { NewReceipt } from "../records/record.ts";
import { type RegisteredBox, receiptHash } from "./gateway-store.ts";

type ReceiptMessage = BoxMessage & { readonly t: "receipt" };

/** What a receipt that arrived is worth. */
export type Intake =
  | { readonly kind: "next"; readonly receipt: NewReceipt; readonly head: ChainHead }
  | { readonly kind: "known" }
  /** Something before it is missing: the box sends again from where the chain stands. */
  | { readonly kind: "gap" }
  /** Two histories under one key. */
  | { readonly kind: "fork" }
  | { readonly kind: "refused"; readonly code: string };

/** Whose receipt it is, and where its chain stands here. */
export interface IntakeFrom {
  readonly ctl: string;
  readonly jwk: PublicJwk;
  readonly box: RegisteredBox;
  readonly head: ChainHead | undefined;
  readonly nowMs: number;
}

/** Checks a receipt against the box's key and its chain; nothing is stored yet. */
export async function takeReceipt(
  { crypto, database }: { readonly crypto: Crypto; readonly database: Database },
  message: ReceiptMessage,
  from: IntakeFrom,
): Promise<Intake> {
  const { ctl, jwk, box, head, nowMs } = from;
  const claimed = readPaper({ crypto }, { kind: "receipt", text: message.text, body: receiptBody });
  if (claimed.kind === "refused") return { kind: "refused", code: claimed.refusal.code };
  const { seq } = claimed.body;
  const earlier =
    seq < (head?.seq ?? 0)
      ? await receiptHash(database, { buildingId: box.buildingId, ctl, seq })
      : undefined;
  const { text, personal } = message;
  const intake = intakeReceipt(
    { crypto },
    { text, personal, head, kept: () => earlier },
    { ctl, jwk },
  );
  if (intake.kind === "known") return { kind: "known" };
  if (intake.kind === "refused") {
    if (intake.code === "chain-gap") return { kind: "gap" };
    return intake.code === "chain-fork" ? { kind: "fork" } : { kind: "refused", code: intake.code };
  }
  const { body, hash } = intake.receipt;
  const receipt: NewReceipt = {
    buildingId: box.buildingId,
    id: newId("receipt", nowMs),
    ctl,
    controllerId: box.controllerId,
    seq,
    boot: body.boot,
    hash,
    prevHash: body.prev,
    ent: body.ent,
    attemptId: body.att,
    stage: body.stage,
    code: body.code,
    sensing: body.sensing,
    detail: message.detail,
    text,
    personal,
    last: message.last,
    receivedMs: nowMs,
  };
  return { kind: "next", receipt, head: intake.head };
}

import type { DatabaseTransaction } from "../platform/database.ts";

/** A handset's answer to a vetter's link, as it was handed in. */
export interface EnrolmentRow {
  readonly id: string;
  readonly jkt: string;
  /** The answer's own bytes. */
  readonly answer: string;
}

/** Keeps an answer, once per link; the same bytes again are the same answer. */
export async function keepEnrolment(
  transaction: DatabaseTransaction,
  { id, jkt, answer }: EnrolmentRow,
  { at, expiresAt }: { readonly at: Date; readonly expiresAt: Date },
): Promise<"kept" | "known" | "taken"> {
  const inserted = await transaction
    .insertInto("enrolment")
    .values({ id, jkt, answer, received_at: at, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return "kept";
  const known = await transaction
    .selectFrom("enrolment")
    .select("answer")
    .where("id", "=", id)
    .executeTakeFirst();
  return known?.answer === answer ? "known" : "taken";
}

/** The answer to a link, while it lasts. */
export async function findEnrolment(
  transaction: DatabaseTransaction,
  id: string,
  at: Date,
): Promise<EnrolmentRow | undefined> {
  return transaction
    .selectFrom("enrolment")
    .select(["id", "jkt", "answer"])
    .where("id", "=", id)
    .where("expires_at", ">", at)
    .executeTakeFirst();
}

import { anything, flag, integer, list, object, oneOf, optional, text } from "@vestibule/sdk/wire";
import { stages } from "@vestibule/ui";
import { moment, send } from "./send.ts";
import { idAfter, idAt } from "./type-id.ts";

const at = (id: string, rest: string) => `/api/buildings/${encodeURIComponent(id)}${rest}`;

const attempt = object({
  id: text,
  entranceId: text,
  visitId: optional(text),
  carrier: optional(text),
  driver: optional(text),
  parcels: optional(integer),
  /** For which units they were, by label, where that is known. */
  units: optional(list(text)),
  stage: oneOf(...stages),
  /** waiting: the box may still answer; unconfirmed: it did not say its last word in time. */
  outcome: oneOf("waiting", "unconfirmed", "reached", "failed"),
  code: optional(text),
  sentence: optional(text),
  detail: optional(anything),
  sensing: optional(object({ kind: text, result: text })),
  /** The newest receipt of the box, as it signed it. */
  receipt: optional(text),
  late: flag,
  presentedAt: moment,
  endedAt: optional(moment),
});
/** One unlock attempt as far as the box's receipts say. `driver` is a number, never a name. */
export type Attempt = ReturnType<typeof attempt>;

const attempts = object({ attempts: list(attempt) });

/** Attempts on one page of a list; the host gives 200 at most. */
export const attemptsPageLength = 30;
const exportPageLength = 200;

/** A building's attempts, newest first, older than `after`. */
export async function readAttempts(
  id: string,
  { after, limit = attemptsPageLength }: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly Attempt[]> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (after !== undefined) query.set("after", after);
  return (await send({ path: at(id, `/attempts?${query}`), read: attempts })).attempts;
}

/** One attempt, or null where it is no longer kept. Ids sort by time, so the list finds it. */
export async function readAttempt(id: string, attemptId: string): Promise<Attempt | null> {
  const after = idAfter(attemptId);
  if (after === undefined) return null;
  const [found] = await readAttempts(id, { after, limit: 1 });
  return found?.id === attemptId ? found : null;
}

/** Every attempt that is kept, newest first. */
export async function readAllAttempts(id: string): Promise<readonly Attempt[]> {
  const all: Attempt[] = [];
  for (let after: string | undefined; ; after = all.at(-1)?.id) {
    const page = await readAttempts(id, {
      limit: exportPageLength,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...page);
    if (page.length < exportPageLength) return all;
  }
}

const visit = object({
  id: text,
  carrier: optional(text),
  startedAt: moment,
  lastAt: moment,
  endedAt: optional(moment),
  attempts: integer,
  opened: integer,
  driver: optional(text),
  parcels: optional(integer),
  units: optional(list(text)),
});
/** From arrival to the last close; `opened` counts attempts at which the strike was released. */
export type Visit = ReturnType<typeof visit>;
const visits = object({ visits: list(visit) });

/** Visits on one page of a list. */
export const visitsPageLength = 30;

/** A building's visits, newest first, older than `after`. */
export async function readVisits(id: string, after?: string): Promise<readonly Visit[]> {
  const query = new URLSearchParams({ limit: String(visitsPageLength) });
  if (after !== undefined) query.set("after", after);
  return (await send({ path: at(id, `/visits?${query}`), read: visits })).visits;
}

/** Attempts made while a visit lasted, other visits' among them, are read in one page. */
const visitAttemptsMax = 200;
const slackMs = 60_000;

/** The attempts of one visit, newest first. */
export async function readVisitAttempts(
  id: string,
  { id: visitId, lastAt }: Visit,
): Promise<readonly Attempt[]> {
  const after = idAt("att", lastAt + slackMs);
  const around = await readAttempts(id, { after, limit: visitAttemptsMax });
  return around.filter((candidate) => candidate.visitId === visitId);
}

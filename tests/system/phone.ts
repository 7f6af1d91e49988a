import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { asParty, rootsOf, writeManifest } from "@vestibule/cli/testing";
import { type ProofPaper, readPolicy } from "@vestibule/core";
import { generateSigner, type NodeSigner, nodeCrypto } from "@vestibule/core/node";
import {
  type Answer,
  type Attempt,
  answerEnrolment,
  type Client,
  checkTicket,
  createClient,
  driverConsentVersion,
  makeProof,
  newIdempotencyKey,
  openSession,
  readEnrolmentLink,
  type Today,
} from "@vestibule/sdk";
import type { StickeredDoor } from "./boxes.ts";
import type { Ground } from "./ground.ts";
import { houseAddress } from "./house.ts";
import { until } from "./until.ts";

const crypto = nodeCrypto();

/** A driver's phone with its key and badge, signed in at the host. */
export interface Phone {
  readonly signer: NodeSigner;
  readonly client: Client;
  /** The driver's name in the carrier's lists. */
  readonly label: string;
  /** The day as the host shows it now; kept for the gestures that follow. */
  readonly readDay: () => Promise<Today>;
  /** Signs in again: a session does not outlive what the host forgot. */
  readonly signIn: () => Promise<void>;
  /** Taps a door's sticker and asks for the ticket. */
  readonly tap: (door: StickeredDoor) => Promise<Tapped>;
  /** Seals codes and signs the proof over a ticket. */
  readonly prove: (ticket: Ticket, codes: readonly string[]) => Promise<Proven>;
  readonly unlock: (proven: Proven) => Promise<Answer<Attempt>>;
  /** An attempt as it ended, also where its end came after the 3 s that a driver waits. */
  readonly lastWord: (attempt: Attempt) => Promise<Attempt>;
  /** Taps again and again until the door gives a ticket. */
  readonly ticketAt: (door: StickeredDoor) => Promise<Ticket>;
  /** Tap, scan and unlock. */
  readonly deliver: (door: StickeredDoor, code: string) => Promise<Answer<Attempt>>;
}

/** What a tap gave. */
export type Tapped =
  | { readonly kind: "ticket"; readonly ticket: Ticket }
  | { readonly kind: "refused"; readonly code: string };

/** A checked ticket with the papers it was made for. */
export interface Ticket {
  readonly entranceId: string;
  readonly assignmentId: string;
  readonly assignment: string;
  readonly grant: string;
  readonly checked: Exclude<ReturnType<typeof checkTicket>, { kind: "refused" }>;
}

/** A request to open, ready to be sent once or again. */
export interface Proven {
  readonly entranceId: string;
  readonly assignmentId: string;
  readonly ticket: string;
  readonly proof: ProofPaper;
  readonly idempotencyKey: string;
}

/** Enrols a phone by the vetter's invitation, as drivers do, and hands its badge to the carrier. */
export async function enrolPhone(ground: Ground, label: string): Promise<Phone> {
  const { folders, origins } = ground;
  const clearedUntil = new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10);
  const terms = ["--car", rootsOf(ground).carrier, "--cleared-until", clearedUntil];
  const where = ["--host", origins.host, "--driver", origins.driver];
  const words = ["badge", "invite", ...where, ...terms, "--label", label];
  const invited = await asParty(folders.vetter, words);
  const url = String(Reflect.get(Object(invited), "url"));
  const link = readEnrolmentLink(new URL(url).hash);
  if (link === undefined) throw new Error("the invitation does not read");
  const signer = generateSigner("ES256");
  let token: string | undefined;
  const client = clientOf(ground, () => token);
  const answer = await answerEnrolment(crypto, link, { signer, consent: driverConsentVersion });
  answerOf(await client.carrier.answerEnrolment(answer));
  await asParty(folders.vetter, ["badge", "issue", "--days", "60"]);
  mkdirSync(join(folders.carrier, "badges"), { recursive: true, mode: 0o700 });
  cpSync(join(folders.vetter, "badges"), join(folders.carrier, "badges"), { recursive: true });
  const signIn = async () => {
    const session = await openSession(client.handset, signer, origins.host);
    token = answerOf(session).token;
  };
  await signIn();
  return phoneOf({ signer, client, label, signIn });
}

/** A client with the origin that the driver's app has. */
export function clientOf(ground: Ground, token: () => string | undefined): Client {
  return createClient({
    origin: ground.upstream,
    token,
    fetch: (url, init) => {
      const headers = new Headers(init.headers);
      headers.set("origin", ground.origins.driver);
      return fetch(url, { ...init, headers });
    },
  });
}

/** The value of an answer. @throws Error with the fault's code. */
export function answerOf<T>(answer: Answer<T>): T {
  if (answer.kind === "fault") throw new Error(`the host refused: ${JSON.stringify(answer)}`);
  return answer.value;
}

/** Imports a day's parcels by the carrier's own command. */
export async function importParcels(
  ground: Ground,
  driver: string,
  codes: readonly string[],
): Promise<unknown> {
  const [from, until_] = [-600, 4 * 3_600].map((seconds) =>
    new Date(Date.now() + seconds * 1_000).toISOString(),
  );
  const lines = codes.map((code) =>
    [code, `"${houseAddress}"`, "4B", `"${driver}"`, from, until_].join(","),
  );
  const file = writeManifest(ground.folders.carrier, [
    "tracking,address,unit,driver,from,until",
    ...lines,
  ]);
  return asParty(ground.folders.carrier, ["import", file, "--host", ground.origins.host]);
}

function phoneOf(base: Pick<Phone, "signer" | "client" | "label" | "signIn">): Phone {
  const { signer, client } = base;
  let day: Today | undefined;
  const readDay = async () => {
    day = answerOf(await client.handset.today());
    return day;
  };
  const tap = async (door: StickeredDoor): Promise<Tapped> => {
    const [building] = (day ?? (await readDay())).buildings;
    const assignment = building?.assignments.at(-1);
    const grant = assignment?.grant[0];
    const entrance = building?.entrances.find(({ ent }) => ent === door.ent);
    if (building === undefined || assignment === undefined || grant === undefined || !entrance)
      throw new Error("this phone has nothing to bring there");
    const taken = await client.handset.takeTicket(entrance.id, {
      assignmentId: assignment.id,
      presence: { kind: "tap", tap: door.tap() },
    });
    if (taken.kind === "fault") return { kind: "refused", code: taken.code };
    const policy = readPolicy(crypto, building.policy);
    if (policy.kind === "refused") throw new Error(policy.code);
    const checked = checkTicket(crypto, {
      text: taken.value.ticket,
      boxJwk: taken.value.boxJwk,
      policy,
      ent: door.ent,
      jkt: signer.kid,
      grant: grant.hash,
    });
    if (checked.kind === "refused") return checked;
    const papers = { assignment: assignment.text, grant: grant.text };
    const ids = { entranceId: entrance.id, assignmentId: assignment.id };
    return { kind: "ticket", ticket: { ...ids, ...papers, checked } };
  };
  const prove = async (ticket: Ticket, codes: readonly string[]): Promise<Proven> => ({
    entranceId: ticket.entranceId,
    assignmentId: ticket.assignmentId,
    ticket: ticket.checked.ticket.hash,
    proof: await makeProof(crypto, {
      ticket: ticket.checked,
      assignment: ticket.assignment,
      grant: ticket.grant,
      purpose: "deliver",
      codes,
      jkt: signer.kid,
      by: { kind: "key", signer },
    }),
    idempotencyKey: newIdempotencyKey(),
  });
  const unlock = ({ entranceId, ...body }: Proven) => client.handset.unlock(entranceId, body);
  const lastWord = async (attempt: Attempt): Promise<Attempt> => {
    if (isEnded(attempt)) return attempt;
    const look = async () => {
      const now = await client.handset.attempt(attempt.id);
      return now.kind === "answer" && isEnded(now.value) ? now.value : undefined;
    };
    return until(look, `the last word on ${attempt.id}`);
  };
  const ticketAt = async (door: StickeredDoor) => {
    const refusals = new Map<string, number>();
    const ticket = async () => {
      const tapped = await tap(door);
      if (tapped.kind === "ticket") return tapped.ticket;
      refusals.set(tapped.code, (refusals.get(tapped.code) ?? 0) + 1);
      return undefined;
    };
    return until(ticket, `a ticket at ${door.ent}`).catch((cause: unknown) => {
      throw new Error(`no ticket at ${door.ent}: ${JSON.stringify([...refusals])}`, { cause });
    });
  };
  const deliver = async (door: StickeredDoor, code: string) =>
    unlock(await prove(await ticketAt(door), [code]));
  return { ...base, readDay, tap, prove, unlock, lastWord, ticketAt, deliver };
}

function isEnded({ outcome }: Attempt): boolean {
  return outcome === "reached" || outcome === "failed";
}

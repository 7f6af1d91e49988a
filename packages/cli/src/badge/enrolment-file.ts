import { rmSync } from "node:fs";
import { join } from "node:path";
import { type EnrolmentLink, enrolmentUrl, readEnrolmentLink } from "@vestibule/sdk";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { readOwnFile, writeNewPrivateFile } from "../files/private-file.ts";
import { namesIn, parseJson } from "../keys/key-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";

const EnrolmentFile = Type.Object({
  v: Type.Literal(1),
  /** The link itself, secret and all: the one copy until it is used. */
  link: Type.String(),
  clearedUntil: Type.Integer(),
  /** What the vetter calls the person; it leaves this machine nowhere. */
  label: Type.Optional(Type.String()),
});
const enrolmentFile = Compile(EnrolmentFile);

/** An enrolment that waits for its handset. */
export interface WaitingEnrolment {
  readonly path: string;
  readonly link: EnrolmentLink;
  /** Epoch seconds: when the person's clearance ends. */
  readonly clearedUntil: number;
  readonly label: string | undefined;
}

/** Keeps an enrolment, secret and all, for its owner alone until it is used. */
export function keepEnrolment(
  folder: string,
  { link, clearedUntil, label }: Omit<WaitingEnrolment, "path">,
): void {
  const said = label === undefined ? {} : { label };
  const text = JSON.stringify({ v: 1, link: enrolmentUrl("", link), clearedUntil, ...said });
  writeNewPrivateFile(join(folder, `${link.id}.json`), `${text}\n`);
}

/** The enrolments that wait. */
export function waitingEnrolments(folder: string): readonly WaitingEnrolment[] {
  return namesIn(folder, ".json").map((name) => {
    const path = join(folder, name);
    const value = parseJson(readOwnFile(path) ?? "");
    const link = isFile(value) ? readEnrolmentLink(value.link.slice(1)) : undefined;
    if (!isFile(value) || link === undefined)
      throw new CliFault("enrolment-unreadable", `${path} is no enrolment; remove it.`);
    return { path, link, clearedUntil: value.clearedUntil, label: value.label };
  });
}

/** Forgets an enrolment and its secret: it is used, or ended. */
export function forgetEnrolment(enrolment: WaitingEnrolment): void {
  rmSync(enrolment.path, { force: true });
}

function isFile(value: unknown): value is Static<typeof EnrolmentFile> {
  return enrolmentFile.Check(value);
}

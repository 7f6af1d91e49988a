import { badgeLifetimeSMax, signPaper } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { checkEnrolment, createClient, type EnrolmentRefusal } from "@vestibule/sdk";
import { dataFolders } from "../files/data-folder.ts";
import { type KeptKey, keysIn, signerIn } from "../keys/key-file.ts";
import { keysetsIn } from "../keys/keyset-file.ts";
import { CliFault, exitCodes } from "../terminal/cli-fault.ts";
import { type CliContext, type CommonOptions, nowS, printResult } from "../terminal/context.ts";
import { badgesIn, keepBadge } from "./badge-file.ts";
import { forgetEnrolment, type WaitingEnrolment, waitingEnrolments } from "./enrolment-file.ts";

/** Options of `badge issue`. */
export interface IssueOptions extends CommonOptions {
  readonly days: number;
}

/** What became of one enrolment. */
interface Issued {
  readonly id: string;
  readonly drv: string;
  readonly state: "issued" | "waiting" | "ended" | "refused" | "not-sent";
  readonly sentence: string;
  readonly badge?: string;
}

const refusals: Readonly<Record<EnrolmentRefusal, string>> = {
  "enrol-terms": "The answer is about another person or other terms; invite again.",
  "enrol-key": "The answer's key is not the one it names; invite again.",
  "enrol-mac": "The answer was not made by the page that had your link; invite again.",
  "enrol-signature": "The phone did not show that it holds its key; invite again.",
  "enrol-finger":
    "The link asks for a finger at each opening, and the phone did not show one at the app; invite again.",
  "enrol-expired": "The link has ended; invite again.",
};

/**
 * Fetches the handsets' answers, checks each against its own secret, signs badges and uploads them.
 * With an id, that enrolment alone.
 */
export async function issueBadges(
  context: CliContext,
  id: string | undefined,
  options: IssueOptions,
): Promise<void> {
  const waiting = waitingEnrolments(dataFolders(context, options).enrolments);
  const wanted = id === undefined ? waiting : waiting.filter(({ link }) => link.id === id);
  if (id !== undefined && wanted.length === 0)
    throw new CliFault(
      "enrolment-unknown",
      `No enrolment ${id} is waiting here; it was used or has ended.`,
    );
  const issued: Issued[] = [];
  for (const enrolment of wanted) issued.push(await issueOne(context, options, enrolment));
  if (issued.some(({ state }) => state !== "issued" && state !== "waiting"))
    context.exitWith(exitCodes.partly);
  printResult(context, options, {
    json: { enrolments: issued },
    text:
      issued.length === 0
        ? "No enrolment is waiting; begin one with vestibule badge invite."
        : issued.map(({ drv, sentence }) => `${drv}: ${sentence}`).join("\n"),
  });
}

async function issueOne(
  context: CliContext,
  options: IssueOptions,
  enrolment: WaitingEnrolment,
): Promise<Issued> {
  const { link } = enrolment;
  const { drv } = link.terms;
  const said = (state: Issued["state"], sentence: string) => ({
    id: link.id,
    drv,
    state,
    sentence,
  });
  const at = nowS(context);
  if (at >= link.until) {
    forgetEnrolment(enrolment);
    return said("ended", refusals["enrol-expired"]);
  }
  if (at >= enrolment.clearedUntil) {
    forgetEnrolment(enrolment);
    return said("ended", "The person's clearance has ended; screen again, then invite again.");
  }
  const key = findBadgeKey(context, options, link.terms.clr);
  if (key === undefined)
    return said(
      "not-sent",
      "No badge key here is named by a living keyset of the root that invited; renew it with vestibule keys keyset.",
    );
  const { carrier } = createClient({ origin: link.host, fetch: context.fetch });
  const answer = await carrier.enrolment(link.id);
  if (answer.kind === "fault")
    return answer.status === 404
      ? said("waiting", "The phone has not answered yet.")
      : said("not-sent", answer.title);
  const checked = checkEnrolment(nodeCrypto(), link, { answer: answer.value, at });
  // A wrong answer may be a stranger's noise at the relay: the secret stays good for the right one.
  if (checked.kind === "refused") return said("refused", refusals[checked.code]);
  const { badges } = dataFolders(context, options);
  // Signed and kept, but not sent, an earlier time: the very same badge goes out, not a second one.
  const earlier = badgesIn(badges).find(({ body }) => body.inv === checked.inv);
  const text =
    earlier?.text ?? (await signBadge({ enrolment, checked, key, at, days: options.days }));
  const path = keepBadge(badges, text, enrolment.label);
  const uploaded = await carrier.uploadBadge({ text, handset: answer.value.jwk });
  if (uploaded.kind === "fault") return said("not-sent", uploaded.title);
  forgetEnrolment(enrolment);
  return {
    ...said("issued", `The badge is signed and uploaded; it is kept in ${path}.`),
    badge: path,
  };
}

interface BadgeOrder {
  readonly enrolment: WaitingEnrolment;
  readonly checked: { readonly jkt: string; readonly inv: string };
  readonly key: KeptKey;
  readonly at: number;
  readonly days: number;
}

function signBadge({ enrolment, checked, key, at, days }: BadgeOrder): Promise<string> {
  const { terms } = enrolment.link;
  const body = {
    v: 1,
    iss: terms.clr,
    car: terms.car,
    cnf: { jkt: checked.jkt },
    drv: terms.drv,
    uv: terms.uv,
    app: terms.app,
    cleared_until: enrolment.clearedUntil,
    exp: Math.min(at + days * 86_400, at + badgeLifetimeSMax, enrolment.clearedUntil),
    inv: checked.inv,
  };
  return signPaper("badge", body, signerIn(key));
}

/** A badge key with the root whose keyset names it. */
type CertifiedKey = KeptKey & { readonly root: string; readonly domain: string };

/**
 * The badge key of a vetter's root whose keyset counts now.
 *
 * @throws CliFault `badge-key-missing`
 */
export function badgeKeyOf(context: CliContext, options: CommonOptions): CertifiedKey {
  const found = findBadgeKey(context, options);
  if (found !== undefined) return found;
  const { keys: folder } = dataFolders(context, options);
  throw new CliFault(
    "badge-key-missing",
    `There is no badge key in ${folder} that a living keyset names; make one with vestibule keys sub and keys keyset.`,
  );
}

function findBadgeKey(
  context: CliContext,
  options: CommonOptions,
  clr?: string,
): CertifiedKey | undefined {
  const { keys: folder } = dataFolders(context, options);
  const at = nowS(context);
  for (const { keyset } of keysetsIn(folder)) {
    if ((clr !== undefined && keyset.root !== clr) || keyset.body.exp <= at) continue;
    const key = keysIn(folder).find(
      ({ kid, notes, signer }) =>
        signer !== undefined && notes.use === "badge" && keyset.keys.get(kid)?.use === "badge",
    );
    if (key !== undefined) return { ...key, root: keyset.root, domain: keyset.body.domain };
  }
  return undefined;
}

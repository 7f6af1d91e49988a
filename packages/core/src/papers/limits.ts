/** The papers that are compact JWS. The policy is JSON with assertions beside it. */
export type PaperKind =
  | "keyset"
  | "badge"
  | "assignment"
  | "grant"
  | "ticket"
  | "proof"
  | "stop"
  | "receipt"
  | "head"
  | "recovery"
  | "no-access";

/** Sizes in characters, refused before anything is parsed. */
export const paperBytesMax: Readonly<Record<PaperKind, number>> = {
  keyset: 32_768,
  badge: 4_096,
  assignment: 131_072,
  grant: 8_192,
  ticket: 4_096,
  proof: 8_192,
  stop: 4_096,
  receipt: 8_192,
  head: 2_048,
  recovery: 4_096,
  "no-access": 2_048,
};
export const policyBytesMax = 131_072;

const hourS = 3_600;
export const dayS = 24 * hourS;

/** The bounds that papers.md names, in seconds unless the name says otherwise. */
export const keysetLifetimeSMax = 35 * dayS;
export const badgeLifetimeSMax = 90 * dayS;
export const badgeKeyAgeSMin = 72 * hourS;
export const assignmentLifetimeSMax = 16 * hourS;
export const parcelsMax = 500;
export const codesPerProofMax = 20;
export const policyLifetimeSMax = 400 * dayS;
export const noticeSMin = 72 * hourS;
export const noticeSMinDemo = 60;
export const releaseMsMax = 10_000;
export const daysMax = 7;
export const retriesMax = 2;
export const retrySMax = 300;
export const wrongCodesMax = 10;
export const maxStaleSMax = 12 * hourS;
/** Three times the default pace of heads: one lost message must not shut a door. */
export const maxStaleSMin = 180;
export const ticketMsMax = 120_000;
export const ticketsPerHandsetMax = 2;
export const ticketsPerEntranceMax = 64;
export const batchMax = 64;
export const recoveryUptimeSMin = 72 * hourS;

/** How long a spent code is remembered: as long as the shortest promise that it may not open again. */
export const spendKeptS = 90 * dayS;
if (spendKeptS <= daysMax * dayS)
  throw new Error("a spend must be remembered longer than a code may open");

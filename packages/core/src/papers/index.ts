export {
  type AssignmentPlan,
  assembleAssignment,
  assembleProof,
  keepBitmap,
  type ProofPlan,
} from "./assemble.ts";
export * from "./bodies.ts";
export { type FromBox, openHead, openNoAccess, openTicket } from "./box-papers.ts";
export * from "./claim.ts";
export * from "./enrolment.ts";
export {
  algOf,
  type Claimed,
  type Memo,
  type OpenContext,
  type Opened,
  type OpenResult,
  openPaper,
  type PaperRefusal,
  paperHash,
  readPaper,
  readShape,
  refusePaper,
  signingInputOf,
  verifyPaper,
} from "./jws.ts";
export {
  type AcceptedKeyset,
  checkKeyset,
  keyFor,
  keysApart,
  openKeyset,
  type RootRole,
} from "./keysets.ts";
export * from "./limits.ts";
export { applyObjections, objectorsTo } from "./objections.ts";
export {
  type Overlap,
  overlapsOf,
  partiesKeptApart,
  partyOfOrigin,
  registrableDomain,
} from "./parties.ts";
export {
  type AdmittedCarrier,
  type Entrance,
  type EntranceKind,
  type Member,
  type MemberKey,
  type Party,
  type Policy,
  type PolicySignature,
  type Purpose,
  paperOrigin,
  policyBody,
} from "./policy.ts";
export {
  type AcceptedPolicy,
  acceptPolicy,
  type PolicyOffer,
  policyInForce,
  restorePolicy,
} from "./policy-chain.ts";
export { checkSignedChallenge, type MemberAssertion, policyChallenge } from "./policy-quorum.ts";
export { checkPolicyRules } from "./policy-rules.ts";
export {
  policyHash,
  policyText,
  type ReadPolicy,
  readPolicy,
  readPolicyText,
} from "./read-policy.ts";
export {
  type ChainHead,
  firstReceiptPrev,
  intakeReceipt,
  personalHash,
  type ReceiptIntake,
} from "./receipts.ts";
export {
  acceptRecovery,
  type ReadRecovery,
  type RecoveryOffer,
  type RecoveryProgress,
  readRecovery,
  type Veto,
  vetoChallenge,
  vetoHolds,
} from "./recovery.ts";
export { codesAad, parcelDigest, pepperAad, unsealCodes, unsealPepper } from "./sealing.ts";
export { type SessionStatement, sessionBody, sessionMessage } from "./session-statement.ts";
export { type Signer, signPaper } from "./sign.ts";
export {
  type AcceptedStop,
  acceptStop,
  entranceTarget,
  memberIssuer,
  type StopPaper,
  type StopSigner,
  stopChallenge,
} from "./stops.ts";
export { type Assertion, checkAssertion } from "./webauthn.ts";

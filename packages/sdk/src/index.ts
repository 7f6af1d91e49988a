export * from "./carrier/address-book.ts";
export * from "./carrier/choose-doors.ts";
export * from "./carrier/locate-building.ts";
export * from "./carrier/sign-assignments.ts";
export * from "./carrier/verify-policies.ts";
export type {
  AssignmentKept,
  Attempt,
  EnrolmentAnswer,
  HandsetJwk,
  HeldAssignment,
  PublicBuilding,
  Session,
  TicketAnswer,
  Today,
  TodayBuilding,
} from "./client/answers.ts";
export type {
  Building,
  BuildingDetail,
  ControllerOffer,
  Page,
  PolicyVersion,
  SigningKey,
  Unit,
} from "./client/building-answers.ts";
export type { BuildingCalls, BuildingLog } from "./client/building-calls.ts";
export type { CarrierCalls } from "./client/carrier-calls.ts";
export { type Client, type ClientOptions, createClient } from "./client/create-client.ts";
export { doorTimeoutMs, type FingerStatement, type HandsetCalls } from "./client/handset-calls.ts";
export * from "./handset/check-ticket.ts";
export * from "./handset/enrol.ts";
export * from "./handset/make-proof.ts";
export * from "./handset/passkey.ts";
export * from "./handset/session.ts";
export * from "./handset/webcrypto-signer.ts";
export * from "./member/build-policy.ts";
export * from "./member/claim-box.ts";
export * from "./member/describe-policy.ts";
export * from "./member/handed-policy.ts";
export * from "./member/member-invitation.ts";
export * from "./member/policy-change.ts";
export type { Locale } from "./member/policy-words.ts";
export * from "./member/recovery-keys.ts";
export * from "./member/sign-policy.ts";
export type { Answer, Fault } from "./wire/fault.ts";
export { AnswerError, type Reader, type Schema } from "./wire/reader.ts";
export { type Fetch, newIdempotencyKey, type TransportOptions } from "./wire/transport.ts";

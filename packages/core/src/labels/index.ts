export type {
  Candidate,
  CandidateReason,
  CheckDigit,
  LabelCarrier,
  LabelForm,
} from "./candidate.ts";
export { type LabelRefusalCode, scanLengthMax } from "./clean-scan.ts";
export { describeCandidate } from "./describe-candidate.ts";
export { canonicalCodes, type Recognition, recognize, type ScanSource } from "./recognize.ts";
export { labelRefusalText } from "./refusal-text.ts";

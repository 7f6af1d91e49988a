export * from "./http-faults.ts";
export {
  type Refusal,
  type RefusalCode,
  type RefusalDetail,
  refusalCodes,
  refuse,
} from "./refusal-codes.ts";
export { type RefusalAudience, type RefusalNames, refusalSentence } from "./refusal-words.ts";

export {
  importSealPrivateKey,
  type Sealed,
  type SealInfo,
  type SealPrivateKey,
  seal,
  unseal,
} from "./crypto/hpke.ts";
export type { Crypto, PublicJwk } from "./crypto/port.ts";
export { hashText, sealThumbprint, thumbprint } from "./crypto/thumbprint.ts";
export * from "./decide/index.ts";
export * from "./encoding/index.ts";
export {
  type Refusal,
  type RefusalCode,
  type RefusalDetail,
  refusalCodes,
  refuse,
} from "./faults/refusal-codes.ts";
export {
  type Countersigned,
  type CountersignFacts,
  type CountersignRequest,
  countersign,
} from "./host/countersign.ts";
export * from "./labels/index.ts";
export * from "./papers/index.ts";
export * from "./schedule/index.ts";
export * from "./sticker/index.ts";

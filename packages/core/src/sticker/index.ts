export { aesCmac, type BlockCipher } from "./aes-cmac.ts";
export {
  hasFactoryKeys,
  readTap,
  type TagKeys,
  type TapReading,
  type TapReason,
  type TapText,
  tagsPerBoxMax,
  uidHashOf,
} from "./read-tap.ts";
export { type SoftwareTagReading, softwareTap } from "./software-tag.ts";
export {
  acceptTap,
  newTapWindow,
  noteTap,
  restartTapWindow,
  type TapAcceptance,
  type TapNote,
  type TapRise,
  type TapWarning,
  type TapWindow,
  tapCounterEnd,
  tapCounterRetireAt,
  tapCounterWarnAt,
  tapGapMax,
  tapOvertakenMs,
  tapWindowWidth,
} from "./tap-window.ts";

export { Button } from "./button.tsx";
export { Glyph, type GlyphName } from "./glyph.tsx";
export { type KeyValue, KeyValues } from "./key-values.tsx";
export { LanguageSwitch } from "./language-switch.tsx";
export { Mark } from "./mark.tsx";
export { defineMessages, isLocale, type Locale, locales, pickLocale } from "./messages.ts";
export { Notice, type NoticeTone } from "./notice.tsx";
export { Skeleton } from "./skeleton.tsx";
export { StagePlate } from "./stage-plate.tsx";
export {
  type Stage,
  type StageProgress,
  type StudState,
  stageMessages,
  stages,
  studStates,
} from "./stages.ts";
export { applyTheme, type Theme } from "./theme.ts";
export { hourIn, sayExactTime, sayTime, type TimeSetting } from "./time.ts";
export { TimeOf } from "./time-of.tsx";

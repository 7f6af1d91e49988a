import type { RefusalCode, RefusalDetail } from "./refusal-codes.ts";
import { refusalWordsEn } from "./refusal-words-en.ts";
import { refusalWordsEs } from "./refusal-words-es.ts";

/** What is known of the people and hours a refusal speaks of; times already as people say them. */
export interface RefusalNames {
  /** The carrier as people call it: "UPS". Without it, the domain of the refusal stands in. */
  readonly carrier?: string;
  /** The carrier's hours on that day, on the building's clock. */
  readonly hours?: { readonly from: string; readonly to: string };
  /** `detail.until` in the building's zone: "14:00", "Mon, Nov 16, 07:00". */
  readonly until?: string;
}

/** What a sentence may fill in. */
export interface Said {
  readonly carrier: string | undefined;
  /** Whose domain it is about. */
  readonly domain: string | undefined;
  readonly hours: { readonly from: string; readonly to: string } | undefined;
  readonly until: string | undefined;
  readonly localTime: string | undefined;
  readonly left: number | undefined;
  readonly field: string | undefined;
}

/** A sentence, or how it is made from what is known. */
export type Line = string | ((said: Said) => string);
/** For each refusal, what the driver reads and what the manager reads. A new code does not compile without. */
export type RefusalWords = Readonly<Record<RefusalCode, readonly [driver: Line, manager: Line]>>;

/** To whom and in which language a refusal is told. */
export interface RefusalAudience {
  readonly audience: "driver" | "manager";
  readonly locale: "en" | "es";
  /** Empty where the proof's signature did not verify. */
  readonly detail?: RefusalDetail;
  readonly names?: RefusalNames;
}

const words: Readonly<Record<RefusalAudience["locale"], RefusalWords>> = {
  en: refusalWordsEn,
  es: refusalWordsEs,
};

/** A refusal in a sentence or three: what happened, why, what to do now. */
export function refusalSentence(
  code: RefusalCode,
  { audience, locale, detail = {}, names = {} }: RefusalAudience,
): string {
  const [driver, manager] = words[locale][code];
  const line = audience === "driver" ? driver : manager;
  if (typeof line === "string") return line;
  return line({
    carrier: names.carrier ?? detail.domain,
    domain: detail.domain,
    hours: names.hours,
    until: names.until,
    localTime: detail.localTime,
    left: detail.left,
    field: detail.field,
  });
}

import type { EntranceKind, Purpose } from "@vestibule/core";
import { pageWordsEn } from "./page-words-en.ts";
import { pageWordsEs } from "./page-words-es.ts";

/** The languages of the page. */
export type PageLocale = "en" | "es";

/** The seven things that a building's people must be told (N.Y.C. Admin. Code § 26-3004(a)). */
export const lawItems = [
  "data",
  "parties",
  "safeguards",
  "retention",
  "breach",
  "destruction",
  "people",
] as const;
/** One of {@link lawItems}. */
export type LawItem = (typeof lawItems)[number];

/** What the seven items are generated from. */
export interface LawFacts {
  readonly manager: string;
  readonly host: string;
  readonly carriers: readonly string[];
  readonly vetters: readonly string[];
  readonly apps: readonly string[];
  readonly retentionDays: number;
  /** Whether the policy admits signed updates of the box's software at all. */
  readonly updates: boolean;
}

/** Everything the page says in one language. */
export interface PageWords {
  readonly kinds: Readonly<Record<EntranceKind, string>>;
  readonly purposes: Readonly<Record<Purpose, string>>;
  readonly other: { readonly language: PageLocale; readonly name: string };
  readonly title: (door: string, building: string) => string;
  readonly demo: readonly [string, string];
  readonly claimed: readonly [string, string];
  readonly tap: { readonly driver: string; readonly note: string; readonly none: string };
  readonly who: string;
  readonly nobody: string;
  readonly clearedBy: (vetters: string) => string;
  readonly onlyFor: (purposes: string) => string;
  readonly since: string;
  readonly sinceWhen: (when: string) => string;
  readonly noPolicy: string;
  readonly pending: (when: string) => string;
  readonly pendingNobody: string;
  readonly unchanged: string;
  readonly presence: string;
  readonly presenceOf: Readonly<Record<"nfc" | "ble" | "none", string>>;
  readonly parcel: string;
  readonly box: string;
  readonly boxOnline: string;
  readonly boxSilent: (when: string) => string;
  readonly boxNeverSeen: string;
  readonly boxNone: string;
  readonly buzzer: string;
  readonly buzzerStays: string;
  readonly parties: string;
  readonly hostIs: (domain: string) => string;
  readonly overlap: (domain: string, roles: string) => string;
  readonly noOverlap: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly law: string;
  readonly lawTitles: Readonly<Record<LawItem, string>>;
  readonly lawTexts: (facts: LawFacts) => Readonly<Record<LawItem, string>>;
  readonly manager: string;
  readonly managedBy: (manager: string) => string;
  readonly contact: (contact: string) => string;
  readonly identity: (bld: string) => string;
  readonly unknown: readonly [string, string, string];
  readonly and: string;
}

const words: Readonly<Record<PageLocale, PageWords>> = { en: pageWordsEn, es: pageWordsEs };

/** The page's words in a language. */
export function pageWords(locale: PageLocale): PageWords {
  return words[locale];
}

/** The reader's language: what the address asks for, else what the browser prefers. */
export function localeOf(asked: string | undefined, accepted: string | undefined): PageLocale {
  if (asked === "es" || asked === "en") return asked;
  return /^\s*es\b/i.test(accepted ?? "") ? "es" : "en";
}

/** The languages every screen is written in. */
export const locales = ["en", "es"] as const;
export type Locale = (typeof locales)[number];

/** True for a language that every screen has words in. */
export function isLocale(text: unknown): text is Locale {
  return locales.some((locale) => locale === text);
}

/**
 * The first of a person's preferred languages that we speak, else English.
 *
 * @param preferred BCP 47 tags, most wanted first, such as `navigator.languages`.
 */
export function pickLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split("-")[0];
    if (isLocale(language)) return language;
  }
  return "en";
}

type Words = string | ((...inserts: never[]) => string) | { readonly [key: string]: Words };
/** The same keys and the same inserts, in other words. */
type SameKeys<Entry> = Entry extends string
  ? string
  : Entry extends (...inserts: infer Inserts) => string
    ? (...inserts: Inserts) => string
    : { readonly [Key in keyof Entry]: SameKeys<Entry[Key]> };

/**
 * A catalogue of sentences. English decides which keys exist; a key that Spanish lacks, or one with
 * other inserts, does not compile. Sentences with inserts are functions, so each language keeps its
 * own word order and its own plurals.
 *
 * ```ts
 * const messages = defineMessages(
 *   { parcels: (count: number) => (count === 1 ? "1 parcel" : `${count} parcels`) },
 *   { parcels: (count) => (count === 1 ? "1 paquete" : `${count} paquetes`) },
 * );
 * messages("es").parcels(2);
 * ```
 */
export function defineMessages<English extends { readonly [key: string]: Words }>(
  english: English,
  spanish: SameKeys<English>,
): (locale: Locale) => SameKeys<English> | English {
  const catalogue = { en: english, es: spanish };
  return (locale) => catalogue[locale];
}

import type { Locale } from "@vestibule/ui";

/** What every screen is given. */
export interface Shared {
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
  readonly demo: boolean;
}

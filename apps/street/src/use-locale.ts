import { type Locale, pickLocale } from "@vestibule/ui";
import { useCallback, useState } from "react";

/** The page's language: the browser's first that we speak, until a person chooses another. */
export function useLocale(): readonly [Locale, (locale: Locale) => void] {
  const [locale, setLocale] = useState(() => {
    const picked = pickLocale(navigator.languages);
    document.documentElement.lang = picked;
    return picked;
  });
  const choose = useCallback((next: Locale) => {
    document.documentElement.lang = next;
    setLocale(next);
  }, []);
  return [locale, choose];
}

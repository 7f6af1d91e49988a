import { applyTheme, isLocale, type Locale, pickLocale, type Theme } from "@vestibule/ui";
import {
  createContext,
  type ReactElement,
  type ReactNode,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";

/** What a person chose about this page; kept in this browser only. */
export interface Setting {
  readonly locale: Locale;
  readonly theme: Theme;
  /** The theme that is shown, with `system` resolved. */
  readonly shown: "light" | "dark";
  readonly setLocale: (locale: Locale) => void;
  readonly setTheme: (theme: Theme) => void;
}

const SettingContext = createContext<Setting | undefined>(undefined);

/** The page's language and theme. */
export function useSetting(): Setting {
  const setting = use(SettingContext);
  if (setting === undefined) throw new Error("a page outside its setting");
  return setting;
}

/** The page's words in its language. */
export function useWords<T>(catalogue: (locale: Locale) => T): T {
  return catalogue(useSetting().locale);
}

const localeKey = "vestibule-locale";
const themeKey = "vestibule-theme";

/** Gives the page its language and theme. */
export function SettingProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [locale, setLocale] = useState<Locale>(() => {
    const kept = remembered(localeKey);
    return isLocale(kept) ? kept : pickLocale(navigator.languages);
  });
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = remembered(themeKey);
    return kept === "light" || kept === "dark" ? kept : "system";
  });
  const isDarkDevice = useDarkDevice();
  const shown = theme === "system" ? (isDarkDevice ? "dark" : "light") : theme;
  useEffect(() => {
    document.documentElement.lang = locale;
    remember(localeKey, locale);
  }, [locale]);
  useEffect(() => {
    applyTheme(document.documentElement, theme);
    remember(themeKey, theme);
  }, [theme]);
  const setting = useMemo(
    () => ({ locale, theme, shown, setLocale, setTheme }) as const,
    [locale, theme, shown],
  );
  return <SettingContext value={setting}>{children}</SettingContext>;
}

const darkDevice = "(prefers-color-scheme: dark)";

function useDarkDevice(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(darkDevice);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(darkDevice).matches,
  );
}

// Storage may be shut to the page (private windows, policies); a choice then lasts for the visit.
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

const tickMs = 30_000;

/** The reader's present in epoch ms, renewed twice a minute: for "yesterday" and "silent since". */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

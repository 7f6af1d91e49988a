import { applyTheme, LanguageSwitch, type Locale, Mark, type Theme } from "@vestibule/ui";
import { type ReactElement, type ReactNode, useState } from "react";
import type { StreetWords } from "./messages.ts";

interface PageHeadProps {
  readonly title: string;
  readonly line: string;
  readonly locale: Locale;
  readonly words: StreetWords;
  readonly onLocale: (locale: Locale) => void;
  readonly children: ReactNode;
}

const themes: readonly Theme[] = ["system", "light", "dark"];

/** Name, one sentence, links, language, and the light of the page. */
export function PageHead(props: PageHeadProps): ReactElement {
  const { title, line, locale, words, onLocale, children } = props;
  const [theme, setTheme] = useState<Theme>("system");
  const themeWords = { system: words.system, light: words.day, dark: words.night };
  return (
    <header className="head">
      <div className="head__name">
        <Mark size={40} />
        <div>
          <h1>{title}</h1>
          <p>{line}</p>
        </div>
      </div>
      <nav className="head__links">{children}</nav>
      <div className="head__settings">
        <label>
          <span className="v-unseen">{words.theme}</span>
          <select
            value={theme}
            onChange={(event) => {
              const chosen = themes.find((one) => one === event.target.value) ?? "system";
              applyTheme(document.documentElement, chosen);
              setTheme(chosen);
            }}
          >
            {themes.map((one) => (
              <option key={one} value={one}>
                {themeWords[one]}
              </option>
            ))}
          </select>
        </label>
        <LanguageSwitch locale={locale} onChange={onLocale} />
      </div>
    </header>
  );
}

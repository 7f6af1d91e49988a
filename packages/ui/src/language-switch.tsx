import type { ReactElement } from "react";
import { type Locale, locales } from "./messages.ts";
import "./language-switch.css";

interface LanguageSwitchProps {
  readonly locale: Locale;
  readonly onChange: (locale: Locale) => void;
}

// Each language is named in itself: whoever needs the switch cannot read the other one.
const names = { en: "English", es: "Español" } as const;
const labels = { en: "Language", es: "Idioma" } as const;

/** Chooses the page's language. */
export function LanguageSwitch({ locale, onChange }: LanguageSwitchProps): ReactElement {
  return (
    <fieldset className="v-languages">
      <legend className="v-unseen">{labels[locale]}</legend>
      {locales.map((choice) => (
        <button
          key={choice}
          type="button"
          lang={choice}
          aria-pressed={choice === locale}
          onClick={() => onChange(choice)}
        >
          {names[choice]}
        </button>
      ))}
    </fieldset>
  );
}

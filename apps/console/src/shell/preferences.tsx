import { defineMessages, LanguageSwitch, type Theme } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useSetting, useWords } from "../setting.tsx";

const words = defineMessages(
  { theme: "Appearance", system: "As the device", light: "Light", dark: "Dark" },
  { theme: "Aspecto", system: "Como el dispositivo", light: "Claro", dark: "Oscuro" },
);

const themes: readonly Theme[] = ["system", "light", "dark"];

/** Language and appearance, for whoever stands before this screen. */
export function Preferences(): ReactElement {
  const { locale, theme, setLocale, setTheme } = useSetting();
  const said = useWords(words);
  return (
    <div className="c-preferences">
      <LanguageSwitch locale={locale} onChange={setLocale} />
      <label className="c-preferences__theme">
        <span className="v-unseen">{said.theme}</span>
        <select
          value={theme}
          onChange={(event) => setTheme(themes.find((t) => t === event.target.value) ?? "system")}
        >
          {themes.map((choice) => (
            <option key={choice} value={choice}>
              {said[choice]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

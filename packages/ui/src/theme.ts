/** What a person chose; `system` follows the device. */
export type Theme = "system" | "light" | "dark";

/** Puts a choice of theme on the document. `system` removes the attribute, so the media query rules. */
export function applyTheme(root: HTMLElement, theme: Theme): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}

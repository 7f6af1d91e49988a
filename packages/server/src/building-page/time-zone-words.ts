import type { PageLocale } from "./page-words.ts";

/** What Spanish calls the cities that give the zones of the United States and its neighbours a name. */
const inSpanish: Readonly<Record<string, string>> = {
  "New York": "Nueva York",
  "Los Angeles": "Los Ángeles",
  "Mexico City": "la Ciudad de México",
  London: "Londres",
};

/**
 * Whose clock it is, in one sentence: an IANA zone is named for its largest city, which people know
 * ("Times are New York's"). A zone without a city is said as it is written.
 */
export function zoneSentence(zone: string, locale: PageLocale): string {
  const city = zone.startsWith("Etc/") ? undefined : zone.split("/").slice(1).at(-1);
  if (city === undefined) return locale === "es" ? `Las horas son ${zone}.` : `Times are ${zone}.`;
  const name = city.replaceAll("_", " ");
  if (locale === "es") return `Las horas son las de ${inSpanish[name] ?? name}.`;
  return `Times are ${name}${name.endsWith("s") ? "’" : "’s"}.`;
}

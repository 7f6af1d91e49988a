import type { Candidate, LabelCarrier } from "./candidate.ts";

const names: Readonly<Record<Exclude<LabelCarrier, "other">, string>> = {
  amazon: "Amazon",
  "dhl-express": "DHL Express",
  fedex: "FedEx",
  gofo: "GOFO",
  gs1: "SSCC",
  ontrac: "OnTrac",
  post: "Post",
  purolator: "Purolator",
  "spee-dee": "Spee-Dee",
  ups: "UPS",
  usps: "USPS",
  yunexpress: "YunExpress",
};

/** A code in a few words for a screen, `UPS 1Z…6784`: enough to tell parcels apart, never the whole number. */
export function describeCandidate(found: Candidate, locale: "en" | "es" = "en"): string {
  const end = `…${found.canonical.slice(-4)}`;
  if (found.carrier === "other") return `${locale === "es" ? "Código" : "Code"} ${end}`;
  return `${names[found.carrier]} ${found.form === "ups-1z" ? "1Z" : ""}${end}`;
}

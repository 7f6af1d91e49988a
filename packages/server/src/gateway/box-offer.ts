import type { BoxOffer } from "../platform/boxes.ts";

/** Reads an offer as it stands in a session's row; none where it does not read. */
export function readOffer(ctl: string, offer: unknown): readonly BoxOffer[] {
  if (typeof offer !== "object" || offer === null) return [];
  const seal: unknown = Reflect.get(offer, "seal");
  const nonce: unknown = Reflect.get(offer, "nonce");
  const mac: unknown = Reflect.get(offer, "mac");
  const at: unknown = Reflect.get(offer, "at");
  if (typeof seal !== "string" || typeof nonce !== "string") return [];
  if (typeof mac !== "string" || typeof at !== "number") return [];
  return [{ ctl, seal, nonce, mac, at }];
}

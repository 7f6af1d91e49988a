import { flag, maybe, oneOf, record, text } from "../json.ts";
import { fetchKept } from "./database.ts";

const assertion = record({ authenticatorData: text, clientDataJSON: text, signature: text });
const common = {
  /** What went to the vetter, sent again until the badge is here. It holds no secret. */
  answer: record({
    id: text,
    jwk: record({ crv: oneOf("P-256"), kty: oneOf("EC"), x: text, y: text }),
    mac: text,
    sig: (value: unknown) => text(value) ?? assertion(value),
    terms: record({ app: text, car: text, clr: text, drv: text, jkt: text, uv: flag }),
    consent: text,
  }),
  names: maybe(record({ carrier: text, vetter: text })),
  badge: maybe(text),
};
const withKey = record({
  ...common,
  /** The private half; the browser never lets it out (`extractable: false`). */
  key: (value: unknown): CryptoKey | undefined => (value instanceof CryptoKey ? value : undefined),
});
const withPasskey = record({
  ...common,
  /** Names the phone's own passkey, base64url: its private half is the phone's, behind a finger. */
  passkey: text,
});

/** This phone as the vetter knows it: its key, what was agreed, and the badge once it is signed. */
export type Handset = NonNullable<ReturnType<typeof withKey> | ReturnType<typeof withPasskey>>;

/** A handset whose every use takes a finger. */
export type FingerHandset = NonNullable<ReturnType<typeof withPasskey>>;

/** Whether each use of this handset's key asks for the driver's finger. */
export function asksFinger(handset: Handset): handset is FingerHandset {
  return "passkey" in handset;
}

/** The handset that is kept here; `undefined` on a new phone, or where the browser cleared its storage. */
export async function keptHandset(): Promise<Handset | undefined> {
  const kept = await fetchKept("handset");
  return withKey(kept) ?? withPasskey(kept);
}

import { flag, maybe, oneOf, record, text } from "../json.ts";
import { fetchKept } from "./database.ts";

const handset = record({
  /** The private half; the browser never lets it out (`extractable: false`). */
  key: (value: unknown): CryptoKey | undefined => (value instanceof CryptoKey ? value : undefined),
  /** What went to the vetter, sent again until the badge is here. It holds no secret. */
  answer: record({
    id: text,
    jwk: record({ crv: oneOf("P-256"), kty: oneOf("EC"), x: text, y: text }),
    mac: text,
    sig: text,
    terms: record({ app: text, car: text, clr: text, drv: text, jkt: text, uv: flag }),
    consent: text,
  }),
  names: maybe(record({ carrier: text, vetter: text })),
  badge: maybe(text),
});

/** This phone as the vetter knows it: its key, what was agreed, and the badge once it is signed. */
export type Handset = NonNullable<ReturnType<typeof handset>>;

/** The handset that is kept here; `undefined` on a new phone, or where the browser cleared its storage. */
export async function keptHandset(): Promise<Handset | undefined> {
  return handset(await fetchKept("handset"));
}

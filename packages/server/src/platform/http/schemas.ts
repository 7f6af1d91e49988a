import { Type } from "typebox";
import { idPattern } from "../ids.ts";

/** A SHA-256 hash or key thumbprint in base64url. */
export const Hash = Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" });
/** A time on the wire: ISO 8601, UTC. */
export const Instant = Type.String({ format: "date-time" });
/** A signed paper in its text form. */
export const PaperText = Type.String({ minLength: 1, maxLength: 131_072 });
/** A DNS name in lower case. */
export const Domain = Type.String({ pattern: "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$" });
/** A text for people, not blank. */
export const Label = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: "\\S" });
/** The address of a route about one building. */
export const OfBuilding = Type.Object(
  { buildingId: Type.String({ pattern: idPattern("building") }) },
  { additionalProperties: false },
);
/** What a creating route answers at least. */
export const Made = Type.Object({ id: Type.String() });
/** An answer without members. */
export const Done = Type.Object({}, { additionalProperties: false });
/** No member may be added: every body is closed. */
export const closed = { additionalProperties: false } as const;
/** A public key on P-256, as handsets and passkeys have it. */
export const EcJwk = Type.Object(
  { kty: Type.Literal("EC"), crv: Type.Literal("P-256"), x: Hash, y: Hash },
  closed,
);
/** A public key on Ed25519. */
export const OkpJwk = Type.Object(
  { kty: Type.Literal("OKP"), crv: Type.Literal("Ed25519"), x: Hash },
  closed,
);

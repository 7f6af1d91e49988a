import { type Static, Type } from "typebox";

/**
 * The messages between server and box over the box's one outgoing WebSocket. JSON text frames; every
 * frame is parsed by one function per direction and refused with a code, never echoed.
 */
export const linkFrameBytesMax = 262_144;
/** Names the protocol in the box's signature; a change of meaning is a new name. */
export const linkProtocol = "vestibule/link/1";

const hash = Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" });
const bytes16 = Type.String({ pattern: "^[A-Za-z0-9_-]{22}$" });
const signature = Type.String({ pattern: "^[A-Za-z0-9_-]{86}$" });
const id = Type.String({ pattern: "^[a-z]{3}_[0-9a-z]{26}$" });
const ent = Type.String({ pattern: "^[a-z0-9-]{1,32}$" });
const paper = Type.String({ minLength: 1, maxLength: 131_072 });
const code = Type.String({ pattern: "^[a-z-]{2,40}$" });
const seconds = Type.Integer({ minimum: 1_000_000_000, maximum: 9_999_999_999 });
const epochMs = Type.Integer({ minimum: 1_000_000_000_000, maximum: 9_999_999_999_999 });
const closed = { additionalProperties: false } as const;

const okpJwk = Type.Object(
  { kty: Type.Literal("OKP"), crv: Type.Literal("Ed25519"), x: hash },
  closed,
);
const ecJwk = Type.Object(
  { kty: Type.Literal("EC"), crv: Type.Literal("P-256"), x: hash, y: hash },
  closed,
);

/** Badge, assignment, grant and the handset's public key, as a phone shows them. */
export const shownPapers = Type.Object(
  {
    badge: Type.Optional(paper),
    assignment: paper,
    grant: paper,
    handset: ecJwk,
    keysets: Type.Optional(Type.Array(paper, { maxItems: 8 })),
  },
  closed,
);

export const tapText = Type.Object(
  { e: Type.String({ pattern: "^[0-9A-F]{32}$" }), c: Type.String({ pattern: "^[0-9A-F]{16}$" }) },
  closed,
);

export const presence = Type.Union([
  Type.Object({ kind: Type.Literal("tap"), tap: tapText }, closed),
  Type.Object({ kind: Type.Literal("ble") }, closed),
  Type.Object({ kind: Type.Literal("none") }, closed),
]);

const base64url = (maxLength: number) =>
  Type.String({ pattern: "^[A-Za-z0-9_-]*$", minLength: 1, maxLength });
/** A WebAuthn assertion as the browser gives it: a finger, wherever a handset's key is a passkey. */
export const fingerAssertion = Type.Object(
  {
    authenticatorData: base64url(1_400),
    clientDataJSON: base64url(2_800),
    signature: base64url(400),
  },
  closed,
);
export const proofPaper = Type.Union([
  Type.Object(
    { kind: Type.Literal("jws"), text: Type.String({ minLength: 1, maxLength: 8_192 }) },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal("assertion"),
      body: Type.String({ minLength: 1, maxLength: 8_192 }),
      assertion: fingerAssertion,
    },
    closed,
  ),
]);

/** What the server says. */
export const serverMessage = Type.Union([
  /** First frame: a challenge that the box signs together with `server` and its boot. */
  Type.Object(
    {
      t: Type.Literal("hello"),
      nonce: hash,
      server: Type.String({ minLength: 1, maxLength: 300 }),
    },
    closed,
  ),
  /** The box is known; receipts up to `seq` are durable here. */
  Type.Object({ t: Type.Literal("welcome"), seq: Type.Integer({ minimum: 0 }) }, closed),
  /** The answer to `ask-time`. */
  Type.Object({ t: Type.Literal("time"), nonce: hash, nowMs: epochMs }, closed),
  /** Names the building to an unclaimed box, under the claim card's secret. */
  Type.Object(
    {
      t: Type.Literal("adopt"),
      nonce: hash,
      policies: Type.Array(paper, { minItems: 1, maxItems: 64 }),
      mac: hash,
    },
    closed,
  ),
  Type.Object({ t: Type.Literal("policy"), text: paper }, closed),
  Type.Object({ t: Type.Literal("keyset"), text: paper }, closed),
  /** Asks for a ticket; after `deadlineMs` of the server's clock the answer is of no use. */
  Type.Object(
    { t: Type.Literal("ticket"), id, papers: shownPapers, ent, presence, deadlineMs: epochMs },
    closed,
  ),
  /** A proof to decide on. After `deadlineMs` it never fires. */
  Type.Object(
    { t: Type.Literal("unlock"), att: id, ent, proof: proofPaper, deadlineMs: epochMs },
    closed,
  ),
  /** A tap that got no ticket: it only raises the counter. */
  Type.Object({ t: Type.Literal("tap"), tap: tapText }, closed),
  /** Receipts up to `seq` are durable. */
  Type.Object({ t: Type.Literal("ack"), seq: Type.Integer({ minimum: 0 }) }, closed),
]);
export type ServerMessage = Static<typeof serverMessage>;

const personal = Type.Object(
  {
    asg: Type.Optional(hash),
    car: Type.Optional(hash),
    drv: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$" })),
    grant: Type.Optional(hash),
    parcels: Type.Array(Type.Integer({ minimum: 0, maximum: 499 }), { maxItems: 20 }),
    proof: Type.Optional(hash),
    salt: hash,
  },
  closed,
);

/** What the box says. */
export const boxMessage = Type.Union([
  /** Answers `hello`: sig = Ed25519("vestibule/link/1\n" ‖ nonce ‖ boot ‖ server). */
  Type.Object(
    {
      t: Type.Literal("auth"),
      jwk: okpJwk,
      boot: bytes16,
      server: Type.String({ minLength: 1, maxLength: 300 }),
      sig: signature,
      version: Type.String({ pattern: "^[0-9A-Za-z.+-]{1,32}$" }),
      bld: Type.Optional(hash),
    },
    closed,
  ),
  /** An unclaimed box offers itself under its claim card. */
  Type.Object({ t: Type.Literal("offer"), seal: hash, nonce: hash, mac: hash }, closed),
  Type.Object({ t: Type.Literal("adopted"), bld: hash, policy: hash, mac: hash }, closed),
  Type.Object({ t: Type.Literal("adopt-refused"), code }, closed),
  Type.Object({ t: Type.Literal("ask-time"), nonce: hash }, closed),
  /** What became of an offered policy. */
  Type.Object(
    {
      t: Type.Literal("policy-result"),
      policy: hash,
      code: Type.Optional(code),
      inForceFrom: Type.Optional(seconds),
    },
    closed,
  ),
  Type.Object(
    { t: Type.Literal("keyset-result"), keyset: hash, code: Type.Optional(code) },
    closed,
  ),
  Type.Object({ t: Type.Literal("ticket-made"), id, ticket: paper, jwk: okpJwk }, closed),
  Type.Object({ t: Type.Literal("ticket-refused"), id, code }, closed),
  /** How far an attempt came; the durable word is the receipt. */
  Type.Object(
    {
      t: Type.Literal("stage"),
      att: id,
      stage: Type.Union([
        Type.Literal("presented"),
        Type.Literal("authenticated"),
        Type.Literal("authorized"),
        Type.Literal("released"),
        Type.Literal("confirmed"),
      ]),
    },
    closed,
  ),
  /** A signed receipt; `detail` only where the proof's signature verified. */
  Type.Object(
    {
      t: Type.Literal("receipt"),
      text: paper,
      personal: Type.Optional(personal),
      /** True where nothing follows for this attempt. */
      last: Type.Boolean(),
      detail: Type.Optional(
        Type.Object(
          {
            field: Type.Optional(Type.String({ maxLength: 100 })),
            domain: Type.Optional(Type.String({ maxLength: 253 })),
            until: Type.Optional(seconds),
            localTime: Type.Optional(Type.String({ pattern: "^[0-9]{2}:[0-9]{2}$" })),
            left: Type.Optional(Type.Integer({ minimum: 0 })),
          },
          closed,
        ),
      ),
    },
    closed,
  ),
  /** Health by entrance. A door is only ever `held`: no other contact change leaves the box. */
  Type.Object(
    {
      t: Type.Literal("state"),
      entrances: Type.Array(
        Type.Object(
          {
            ent,
            strike: Type.Union([Type.Literal("ok"), Type.Literal("fault")]),
            held: Type.Boolean(),
            tags: Type.Array(
              Type.Union([Type.Literal("tag-half-used"), Type.Literal("tag-retire")]),
              { maxItems: 2 },
            ),
          },
          closed,
        ),
        { maxItems: 16 },
      ),
    },
    closed,
  ),
]);
export type BoxMessage = Static<typeof boxMessage>;

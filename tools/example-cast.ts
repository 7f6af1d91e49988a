import { createHash } from "node:crypto";
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import {
  concat,
  decodeBase64url,
  encodeBase64url,
  type Keyset,
  type Policy,
  type PolicySignature,
  policyChallenge,
  policyHash,
  type Signer,
  signPaper,
  thumbprint,
  uidHashOf,
  utf8,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";

/** Wednesday 2026-11-18, 15:00 UTC: 10:00 in New York. */
export const at = 1_795_014_000;
export const dayS = 86_400;
const crypto = nodeCrypto();

/** Bytes that are the same in every run. These keys are public: they must open nothing but this example. */
export function fixed(name: string, size = 32): Uint8Array {
  const bytes = createHash("sha256").update(`vestibule/docs-example/1 ${name}`).digest();
  return new Uint8Array(bytes.subarray(0, size));
}

/** The same as base64url. */
export function fixedText(name: string, size = 32): string {
  return encodeBase64url(fixed(name, size));
}

function edSigner(name: string): Signer {
  const secret = fixed(name);
  const jwk = {
    kty: "OKP",
    crv: "Ed25519",
    x: encodeBase64url(ed25519.getPublicKey(secret)),
  } as const;
  return { jwk, kid: thumbprint(crypto, jwk), sign: (data) => ed25519.sign(data, secret) };
}

/** ES256 with the nonce of RFC 6979, so that the example's text is the same in every run. */
function p256Signer(name: string): Signer {
  const secret = fixed(name);
  const point = p256.getPublicKey(secret, false);
  const x = encodeBase64url(point.subarray(1, 33));
  const y = encodeBase64url(point.subarray(33));
  const jwk = { kty: "EC", crv: "P-256", x, y } as const;
  const sign = (data: Uint8Array) => p256.sign(data, secret, { lowS: false });
  return { jwk, kid: thumbprint(crypto, jwk), sign };
}

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

function buffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

interface SealJob {
  readonly to: string;
  readonly info: string;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
  /** Names the ephemeral key. */
  readonly name: string;
}

/** HPKE with a fixed ephemeral key: for a worked example only. */
export async function sealFixed({ to, info, aad, plaintext, name }: SealJob) {
  const raw = decodeBase64url(to) ?? new Uint8Array();
  const sender = await suite.createSenderContext({
    recipientPublicKey: await suite.kem.deserializePublicKey(buffer(raw)),
    info: buffer(utf8(info)),
    ekm: buffer(fixed(name)),
  });
  const ct = await sender.seal(buffer(plaintext), buffer(aad));
  return {
    ct: encodeBase64url(new Uint8Array(ct)),
    enc: encodeBase64url(new Uint8Array(sender.enc)),
  };
}

interface Party {
  readonly root: Signer;
  readonly key: Signer;
  readonly keyset: string;
}

async function party(domain: string, use: Keyset["keys"][number]["use"]): Promise<Party> {
  const root = edSigner(`${domain} root`);
  const key = edSigner(`${domain} ${use}`);
  const body: Keyset = {
    v: 1,
    iss: root.kid,
    sub: root.jwk,
    ver: 1,
    domain,
    exp: at + 30 * dayS,
    keys: [{ jwk: key.jwk, use, nbf: at - dayS, exp: at + 30 * dayS }],
  };
  return { root, key, keyset: await signPaper("keyset", body, root) };
}

/** Everything that has keys in the example. */
export async function cast() {
  const [host, carrier, vetter] = await Promise.all([
    party("host.example", "grant"),
    party("carrier.example", "dispatch"),
    party("vetter.example", "badge"),
  ]);
  const sealSecret = fixed("box seal");
  return {
    host,
    carrier,
    vetter,
    anna: edSigner("anna passkey"),
    ben: edSigner("ben paper"),
    box: edSigner("box"),
    seal: encodeBase64url(x25519.getPublicKey(sealSecret)),
    sealSecret,
    handset: p256Signer("handset"),
    tag: {
      ent: "street",
      uid: fixed("uid", 7),
      uidHash: uidHashOf(crypto, fixed("uid", 7)),
      metaReadKey: fixed("meta read", 16),
      fileReadKey: fixed("file read", 16),
    },
  };
}

export type Cast = Awaited<ReturnType<typeof cast>>;

const annaKey = { rpId: "console.example", origin: "https://console.example" } as const;

/** The building's first policy. */
export function genesisOf({ host, carrier, vetter, anna, ben, box, seal, tag }: Cast): Policy {
  const member = (id: string, signer: Signer, place: { rpId: string; origin: string }) => ({
    id,
    keys: [{ cred: fixedText(`${id} cred`, 16), jwk: signer.jwk, be: false, ...place }],
  });
  return {
    typ: "vestibule-policy/1",
    demo: true,
    ver: 1,
    place: { name: "12 Linden Street", address: "12 Linden Street, Brooklyn" },
    from: at,
    until: at + 365 * dayS,
    accept_by: at + dayS,
    notice_s: 3 * dayS,
    members: [
      member("anna", anna, annaKey),
      member("ben", ben, { rpId: "paper", origin: "paper" }),
    ],
    quorum: { members: 2, origins: 2 },
    recovery: {
      sign: encodeBase64url(ed25519.getPublicKey(fixed("recovery sign"))),
      seal: encodeBase64url(x25519.getPublicKey(fixed("recovery seal"))),
    },
    host: { domain: "host.example", root: host.root.kid },
    entrances: [
      {
        ent: "street",
        kind: "street",
        ctl: box.kid,
        seal,
        presence: "nfc",
        uidHash: tag.uidHash,
        sensing: "contact",
        purposes: ["deliver"],
        noTap: "refuse",
      },
    ],
    paths: [["street"]],
    carriers: [
      {
        domain: "carrier.example",
        root: carrier.root.kid,
        clearance: [{ domain: "vetter.example", root: vetter.root.kid }],
        purposes: ["deliver"],
        ents: ["street"],
        schedule: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat"], from: 480, to: 1_200 }],
        tz: "America/New_York",
        holidays: [],
        cap: 60,
      },
    ],
    limits: {
      release_ms: 5_000,
      openings: 1,
      days: 3,
      retry: { n: 2, s: 120 },
      per_handset: 60,
      wrong_codes: 5,
    },
    offline: { max_stale_s: 3_600, after_reboot: "refuse" },
    apps: { domains: ["driver.example"], uv: false },
    software: { k: 0, signers: [] },
  };
}

/** Anna signs with a passkey on a page, Ben with a paper key: both forms in one policy. */
export async function signaturesOf(
  policy: Policy,
  { anna, ben }: Cast,
): Promise<PolicySignature[]> {
  const batch = [policyHash(crypto, policy)];
  const challenge = policyChallenge(crypto, batch);
  const clientData = utf8(
    JSON.stringify({
      type: "webauthn.get",
      challenge: encodeBase64url(challenge),
      origin: annaKey.origin,
      crossOrigin: false,
    }),
  );
  const flags = Uint8Array.of(0x05, 0, 0, 0, 0);
  const authenticatorData = concat(crypto.sha256(utf8(annaKey.rpId)), flags);
  const signed = concat(authenticatorData, crypto.sha256(clientData));
  return [
    {
      member: "anna",
      cred: fixedText("anna cred", 16),
      batch,
      authenticatorData: encodeBase64url(authenticatorData),
      clientDataJSON: encodeBase64url(clientData),
      signature: encodeBase64url(await anna.sign(signed)),
    },
    {
      member: "ben",
      cred: fixedText("ben cred", 16),
      batch,
      signature: encodeBase64url(await ben.sign(challenge)),
    },
  ];
}

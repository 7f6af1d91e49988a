import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";

/** A passkey in software: what a browser and its authenticator would answer (WebAuthn level 3). */
export interface SoftwarePasskey {
  readonly create: (options: { readonly challenge: string }) => Record<string, unknown>;
  readonly get: (options: { readonly challenge: string }) => Record<string, unknown>;
}

const userPresent = 0x01;
const userVerified = 0x04;
const attested = 0x40;

/** Makes a passkey for one origin. `verifies: false` = one that only feels a touch. */
export function softwarePasskey(
  origin: string,
  { verifies = true }: { readonly verifies?: boolean } = {},
): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const id = randomBytes(16);
  const rpIdHash = createHash("sha256").update(new URL(origin).hostname).digest();
  const flags = userPresent | (verifies ? userVerified : 0);
  const client = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const envelope = (response: Record<string, string>) => ({
    id: id.toString("base64url"),
    rawId: id.toString("base64url"),
    type: "public-key",
    clientExtensionResults: {},
    response,
  });
  return {
    create: ({ challenge }) => {
      const length = Buffer.from([id.length >> 8, id.length & 0xff]);
      const data = Buffer.concat([
        rpIdHash,
        Buffer.from([flags | attested]),
        Buffer.alloc(4),
        Buffer.alloc(16),
        length,
        id,
        coseKey(x, y),
      ]);
      return envelope({
        clientDataJSON: client("webauthn.create", challenge).toString("base64url"),
        attestationObject: Buffer.concat([
          Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
          Buffer.from([0x58, data.length]),
          data,
        ]).toString("base64url"),
      });
    },
    get: ({ challenge }) => {
      const data = Buffer.concat([rpIdHash, Buffer.from([flags]), Buffer.alloc(4)]);
      const clientData = client("webauthn.get", challenge);
      const signature = createSign("sha256")
        .update(data)
        .update(createHash("sha256").update(clientData).digest())
        .sign(privateKey);
      return envelope({
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: signature.toString("base64url"),
      });
    },
  };
}

/** COSE_Key of an ES256 public key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey(x: string, y: string): Buffer {
  const head = Buffer.from("a5010203262001215820", "hex");
  return Buffer.concat([
    head,
    Buffer.from(x, "base64url"),
    Buffer.from("225820", "hex"),
    Buffer.from(y, "base64url"),
  ]);
}

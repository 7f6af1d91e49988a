import {
  type Assertion,
  type Crypto,
  decodeBase64url,
  encodeBase64url,
  type PublicJwk,
  thumbprint,
} from "@vestibule/core";

/** A WebAuthn assertion over a challenge: a finger for this one thing. Rejects where none was given. */
export type AskFinger = (challenge: Uint8Array) => Promise<Assertion>;

/** A handset's key that only its owner's finger or face uses: a passkey of the phone itself. */
export interface Passkey {
  readonly jwk: PublicJwk;
  /** RFC 7638 thumbprint of `jwk`. */
  readonly kid: string;
  readonly ask: AskFinger;
}

/** Where a passkey lives, and how the phone's own list of passkeys calls it. */
export interface PasskeyPlace {
  /** The app's domain; the page must be served from it. */
  readonly rpId: string;
  /** What the driver sees in his phone's list, such as the app's name. */
  readonly named: string;
  /** The vetter's opaque name for the driver. */
  readonly drv: string;
}

/** A passkey as it was made: keep `credential` and `jwk`, nothing of it is secret. */
export interface PasskeyMade {
  /** Names the passkey to the browser, base64url. */
  readonly credential: string;
  readonly jwk: PublicJwk;
  readonly kid: string;
}

/** How long a phone waits for a finger, in ms. Half a ticket's life: there is time for a second try. */
export const fingerMs = 60_000;

/** DER of a P-256 key up to its coordinates: SubjectPublicKeyInfo, uncompressed point (RFC 5480). */
const spkiHead = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

/** The JWK of a P-256 key in SubjectPublicKeyInfo; `undefined` for any other key or form. */
export function jwkOfSpki(spki: Uint8Array): PublicJwk | undefined {
  const head = Array.from(spki.subarray(0, 27), (byte) => byte.toString(16).padStart(2, "0"));
  if (spki.length !== 91 || head.join("") !== spkiHead) return undefined;
  const x = encodeBase64url(spki.subarray(27, 59));
  return { kty: "EC", crv: "P-256", x, y: encodeBase64url(spki.subarray(59)) };
}

/**
 * Makes a handset's key as a passkey of this phone: P-256, used with a finger or face only. The phone
 * is asked to keep it to itself; whether it shares it with its owner's other phones is the phone's word.
 *
 * @throws DOMException `NotAllowedError` where the driver said no; TypeError where the phone made a key
 * of another kind.
 */
export async function makeHandsetPasskey(
  crypto: Crypto,
  { rpId, named, drv }: PasskeyPlace,
): Promise<PasskeyMade> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: rpId, name: named },
      user: {
        id: globalThis.crypto.getRandomValues(new Uint8Array(16)),
        name: drv,
        displayName: named,
      },
      // What is made here is shown to hold by the enrolment's own challenge, over the key itself.
      challenge: globalThis.crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      authenticatorSelection: {
        authenticatorAttachment: "platform",
        residentKey: "discouraged",
        userVerification: "required",
      },
      attestation: "none",
      timeout: fingerMs,
    },
  });
  if (
    !(made instanceof PublicKeyCredential) ||
    !(made.response instanceof AuthenticatorAttestationResponse)
  )
    throw new TypeError("the phone made no passkey");
  const spki = made.response.getPublicKey();
  const jwk = spki === null ? undefined : jwkOfSpki(new Uint8Array(spki));
  if (jwk === undefined) throw new TypeError("a handset's key must be on P-256");
  const credential = encodeBase64url(new Uint8Array(made.rawId));
  return { credential, jwk, kid: thumbprint(crypto, jwk) };
}

/**
 * Asks for the finger with a passkey made here. The returned function rejects with a DOMException where
 * none was given: `NotAllowedError` on cancel and timeout, `AbortError` when `signal` says so.
 */
export function fingerOf(
  { rpId, credential }: { readonly rpId: string; readonly credential: string },
  signal?: AbortSignal,
): AskFinger {
  return async (challenge) => {
    const id = decodeBase64url(credential) ?? new Uint8Array();
    const got = await navigator.credentials.get({
      publicKey: {
        rpId,
        challenge: new Uint8Array(challenge),
        allowCredentials: [
          { type: "public-key", id: new Uint8Array(id), transports: ["internal"] },
        ],
        userVerification: "required",
        timeout: fingerMs,
      },
      ...(signal === undefined ? {} : { signal }),
    });
    if (
      !(got instanceof PublicKeyCredential) ||
      !(got.response instanceof AuthenticatorAssertionResponse)
    )
      throw new TypeError("the phone gave no assertion");
    const { authenticatorData, clientDataJSON, signature } = got.response;
    const text = (bytes: ArrayBuffer) => encodeBase64url(new Uint8Array(bytes));
    return {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
    };
  };
}

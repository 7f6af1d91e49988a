import {
  createPasskey,
  generateSigner,
  type PasskeyOwner,
  randomText,
  usePasskey,
} from "@vestibule/core/node";

/** A passkey in software: what a browser and its authenticator would answer (WebAuthn level 3). */
export interface SoftwarePasskey {
  readonly create: (options: { readonly challenge: string }) => Record<string, unknown>;
  readonly get: (options: { readonly challenge: string }) => Record<string, unknown>;
  /** The same one, which this time only feels a touch. */
  readonly touchedOnly: () => SoftwarePasskey;
  /** The same one on a page of another origin. */
  readonly at: (origin: string) => SoftwarePasskey;
}

/** Makes a passkey for one origin. `verifies: false` = one that only feels a touch. */
export function softwarePasskey(
  origin: string,
  { verifies = true }: { readonly verifies?: boolean } = {},
): SoftwarePasskey {
  return passkeyOf({ signer: generateSigner("ES256"), origin, cred: randomText(16), verifies });
}

function passkeyOf(owner: PasskeyOwner): SoftwarePasskey {
  return {
    create: ({ challenge }) => createPasskey(owner, challenge),
    get: ({ challenge }) => usePasskey(owner, challenge),
    touchedOnly: () => passkeyOf({ ...owner, verifies: false }),
    at: (origin) => passkeyOf({ ...owner, origin }),
  };
}

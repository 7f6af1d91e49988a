import { browserCrypto } from "@vestibule/core/browser";
import {
  answerEnrolment,
  driverConsentVersion,
  driverFingerConsentVersion,
  fingerOf,
  makeHandsetKey,
  makeHandsetPasskey,
  type PasskeyMade,
  webCryptoSigner,
} from "@vestibule/sdk";
import { keep } from "../kept/database.ts";
import type { Handset } from "../kept/handset.ts";
import type { Invitation } from "./invitation.ts";

/** The version of the consent that is shown and agreed to. */
export function consentVersion({ terms }: Invitation): string {
  return terms.uv ? driverFingerConsentVersion : driverConsentVersion;
}

/** What came of the driver's agreement. */
export type Enrolled =
  | { readonly kind: "enrolled"; readonly handset: Handset }
  /** No finger was given; nothing has been sent. A passkey that was made serves the next try. */
  | { readonly kind: "no-finger"; readonly made: PasskeyMade | undefined }
  /** This browser or phone makes no key that asks for a finger. */
  | { readonly kind: "no-passkey" }
  /** The browser would not keep the key. */
  | { readonly kind: "not-kept" };

/**
 * Makes this phone's key and the answer to the vetter: the key signs the terms, the invitation's
 * secret authenticates them. Kept before it is sent, so that a lost connection loses no key that a
 * vetter may already have signed. The secret is used here and then gone.
 *
 * @param made a passkey of an earlier try on the same invitation, so that a phone gathers no spares.
 */
export async function enrol(invitation: Invitation, made?: PasskeyMade): Promise<Enrolled> {
  if (invitation.terms.uv) return enrolWithFinger(invitation, made);
  const port = browserCrypto();
  const pair = await makeHandsetKey();
  const signer = await webCryptoSigner(port, pair);
  const consent = consentVersion(invitation);
  const answer = await answerEnrolment(port, invitation, { signer, consent });
  return keepHandset({ key: pair.privateKey, answer, ...namesOf(invitation) });
}

async function enrolWithFinger(
  invitation: Invitation,
  before: PasskeyMade | undefined,
): Promise<Enrolled> {
  const port = browserCrypto();
  const { app, drv } = invitation.terms;
  let made = before;
  try {
    made ??= await makeHandsetPasskey(port, { rpId: app, named: "Vestibule", drv });
    const { credential, jwk, kid } = made;
    const signer = { jwk, kid, ask: fingerOf({ rpId: app, credential }) };
    const consent = consentVersion(invitation);
    const answer = await answerEnrolment(port, invitation, { signer, consent });
    return keepHandset({ passkey: credential, answer, ...namesOf(invitation) });
  } catch (error) {
    const declined = error instanceof DOMException && error.name === "NotAllowedError";
    return declined ? { kind: "no-finger", made } : { kind: "no-passkey" };
  }
}

function namesOf({ names }: Invitation): Pick<Handset, "names"> {
  return names === undefined ? {} : { names };
}

async function keepHandset(handset: Handset): Promise<Enrolled> {
  try {
    // The token and the list belong to the key that goes.
    await keep("handset", handset, ["session", "today"]);
  } catch {
    return { kind: "not-kept" };
  }
  // Asked for, not relied on: without it a browser may clear a key that was not used for a week. Not
  // waited for either: some browsers put the question to the driver, and his answer may never come.
  void navigator.storage?.persist?.().catch(() => undefined);
  return { kind: "enrolled", handset };
}

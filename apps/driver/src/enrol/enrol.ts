import { browserCrypto } from "@vestibule/core/browser";
import {
  answerEnrolment,
  driverConsentVersion,
  makeHandsetKey,
  webCryptoSigner,
} from "@vestibule/sdk";
import { keep } from "../kept/database.ts";
import type { Handset } from "../kept/handset.ts";
import type { Invitation } from "./invitation.ts";

/** The version of the consent that is shown and agreed to. */
export const consentVersion = driverConsentVersion;

/**
 * Makes this phone's key and the answer to the vetter: the key signs the terms, the invitation's
 * secret authenticates them. Kept before it is sent, so that a lost connection loses no key that a
 * vetter may already have signed. The secret is used here and then gone.
 */
export async function enrol({ link, names }: Invitation): Promise<Handset> {
  const port = browserCrypto();
  const pair = await makeHandsetKey();
  const signer = await webCryptoSigner(port, pair);
  const answer = await answerEnrolment(port, link, { signer, consent: consentVersion });
  const handset: Handset = {
    key: pair.privateKey,
    answer,
    ...(names === undefined ? {} : { names }),
  };
  await keep("handset", handset);
  // Asked for, not relied on: without it a browser may clear a key that was not used for a week.
  await navigator.storage?.persist?.();
  return handset;
}

import { fingerOf, stateWithFinger } from "@vestibule/sdk";
import type { FingerHandset } from "../kept/handset.ts";

/** The finger of this handset's owner: each call asks for it once, and rejects where none is given. */
export function askFinger(handset: FingerHandset, signal?: AbortSignal) {
  const { app } = handset.answer.terms;
  return fingerOf({ rpId: app, credential: handset.passkey }, signal);
}

/**
 * The handset's statement for a session, by one finger; `undefined` where none was given.
 */
export async function fingerStatement(
  handset: FingerHandset,
  about: { readonly audience: string; readonly nonce: string },
): Promise<object | undefined> {
  const ask = askFinger(handset);
  try {
    return await stateWithFinger({ kid: handset.answer.terms.jkt, ask }, about);
  } catch {
    // Cancelled, timed out, or no such passkey on this phone: the browser tells them apart on purpose
    // to nobody.
    return undefined;
  }
}

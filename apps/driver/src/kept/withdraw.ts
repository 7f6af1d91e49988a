import type { Host } from "../api/session.ts";
import { forgetAll } from "./database.ts";
import { asksFinger, type Handset } from "./handset.ts";

/**
 * Withdraws consent: the host is told first, while the key can still say who asks, then everything
 * here is deleted whether it heard or not.
 *
 * @returns whether the host was told.
 */
export async function withdraw(host: Host, handset: Handset): Promise<boolean> {
  host.mayAskFinger();
  const answer = await host.ask({ method: "POST", path: "/api/handset/withdrawals", body: {} });
  await forgetAll();
  if (asksFinger(handset)) await forgetPasskey(handset.answer.terms.app, handset.passkey);
  return answer.kind === "answered";
}

/** Tells the phone that its passkey opens nothing any more; one that does not listen keeps it listed. */
async function forgetPasskey(rpId: string, credentialId: string): Promise<void> {
  try {
    await PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId });
  } catch {
    // It is a courtesy: the host has forgotten the key either way.
  }
}

import { decodeBase64url } from "@vestibule/core";
import { type EnrolmentLink, readEnrolmentLink } from "@vestibule/sdk";
import { parseJson, record, text } from "../json.ts";

/** A vetter's link as this app understands it. The secret in it is never sent and never kept. */
export interface Invitation {
  readonly link: EnrolmentLink;
  /** The domains of carrier and vetter as people read them, where the link names them. */
  readonly names: { readonly carrier: string; readonly vetter: string } | undefined;
}

export type InvitationRead =
  | { readonly kind: "invitation"; readonly invitation: Invitation }
  | { readonly kind: "refused"; readonly why: InvitationRefusal };
export type InvitationRefusal = "malformed" | "other-app" | "other-host" | "finger";

const named = record({ names: record({ carrier: text, vetter: text }) });

/**
 * Reads an invitation for the app at `hostname`, relayed by `apiOrigin`. One made for another app is
 * refused: somebody may have copied the link to a page that only looks like the right one.
 */
export function readInvitation(
  fragment: string,
  { hostname, apiOrigin }: { readonly hostname: string; readonly apiOrigin: string },
): InvitationRead {
  const link = readEnrolmentLink(fragment);
  if (link === undefined) return { kind: "refused", why: "malformed" };
  if (link.terms.app !== hostname) return { kind: "refused", why: "other-app" };
  if (link.host !== apiOrigin) return { kind: "refused", why: "other-host" };
  // A finger per opening needs a passkey as the handset's key, which this form of the app makes none of.
  if (link.terms.uv) return { kind: "refused", why: "finger" };
  return { kind: "invitation", invitation: { link, names: namesIn(fragment) } };
}

function namesIn(fragment: string): Invitation["names"] {
  const bytes = decodeBase64url(fragment.replace(/^#?enrol=/, ""));
  return bytes && named(parseJson(new TextDecoder().decode(bytes)))?.names;
}

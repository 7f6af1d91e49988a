import { type EnrolmentLink, readEnrolmentLink } from "@vestibule/sdk";

/** A vetter's link as this app understands it. The secret in it is never sent and never kept. */
export type Invitation = EnrolmentLink;

export type InvitationRead =
  | { readonly kind: "invitation"; readonly invitation: Invitation }
  | { readonly kind: "refused"; readonly why: InvitationRefusal };
export type InvitationRefusal = "malformed" | "other-app" | "other-host" | "finger";

/**
 * Reads an invitation for the app at `origin`, relayed by `apiOrigin`. One made for another app is
 * refused: somebody may have copied the link to a page that only looks like the right one.
 */
export function readInvitation(
  fragment: string,
  { origin, apiOrigin }: { readonly origin: string; readonly apiOrigin: string },
): InvitationRead {
  const link = readEnrolmentLink(fragment);
  if (link === undefined) return { kind: "refused", why: "malformed" };
  const { app, uv } = link.terms;
  if (app !== new URL(origin).hostname) return { kind: "refused", why: "other-app" };
  if (link.host !== apiOrigin) return { kind: "refused", why: "other-host" };
  // Doors check a finger at exactly this origin: said now, not at the first door.
  if (uv && origin !== `https://${app}`) return { kind: "refused", why: "finger" };
  return { kind: "invitation", invitation: link };
}

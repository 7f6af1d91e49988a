import { invitationFragment, type MemberInvitation, readInvitationFragment } from "@vestibule/sdk";
import { isObject } from "@vestibule/sdk/wire";

const key = (buildingId: string) => `vestibule-members:${buildingId}`;
const openMax = 16;

/** The invitations of a building that wait for their answers, kept in this browser alone. */
export function openInvitations(buildingId: string): readonly MemberInvitation[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(buildingId)) ?? "null");
    const open: unknown = isObject(kept) ? kept["open"] : undefined;
    if (!Array.isArray(open)) return [];
    return open.flatMap((fragment: unknown) => {
      const read = typeof fragment === "string" ? readInvitationFragment(fragment) : undefined;
      return read === undefined ? [] : [read];
    });
  } catch {
    // Storage is shut to the page, or holds what another version wrote: links are made anew.
    return [];
  }
}

/** Keeps them. Where storage is shut they last as long as the page. */
export function keepInvitations(buildingId: string, open: readonly MemberInvitation[]): void {
  try {
    const kept = { open: open.slice(-openMax).map(invitationFragment) };
    localStorage.setItem(key(buildingId), JSON.stringify(kept));
  } catch {
    return;
  }
}

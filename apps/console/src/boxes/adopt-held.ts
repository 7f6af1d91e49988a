import type { AcceptedPolicy } from "@vestibule/core";
import { adoptAnswer, adoptionDone, offerOfCard } from "@vestibule/sdk";
import { adoptBox, readOffers, registerBox } from "../api/buildings.ts";
import { pageCrypto } from "../policy/read-version.ts";
import { forgetBox, type HeldBox } from "./held-boxes.ts";

/** How an adoption ended. */
export type Adopted =
  | { readonly kind: "done" }
  /** The answer did not come from the box that holds the card. */
  | { readonly kind: "wrong" }
  /** The box is not connected now, or belongs to a building already. */
  | { readonly kind: "away" }
  | { readonly kind: "refused"; readonly code: string };

/**
 * Tells a box which building it belongs to, under its card's secret, and believes only its own last
 * word. The secret stays in this page: the host carries MACs only.
 *
 * @throws RequestFault where the host could not carry it.
 */
export async function adoptHeld(
  buildingId: string,
  { claim, ctl }: HeldBox,
  { bld, hash: policy }: Pick<AcceptedPolicy, "bld" | "hash">,
): Promise<Adopted> {
  // A box that connected anew offers itself under a new nonce.
  const offer = offerOfCard(pageCrypto, claim, await readOffers());
  if (offer === undefined || offer.ctl !== ctl) return { kind: "away" };
  const about = { offer, bld, policy };
  await registerBox(buildingId, { ctl });
  const answer = await adoptBox(buildingId, adoptAnswer(pageCrypto, claim, about));
  if (answer.code !== undefined) return { kind: "refused", code: answer.code };
  if (answer.mac === undefined || !adoptionDone(pageCrypto, claim, { ...about, mac: answer.mac }))
    return { kind: "wrong" };
  forgetBox(buildingId, ctl);
  return { kind: "done" };
}

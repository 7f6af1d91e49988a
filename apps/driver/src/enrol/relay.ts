import { askHost } from "../api/host.ts";
import type { Config } from "../config.ts";
import { record, text } from "../json.ts";
import type { Handset } from "../kept/handset.ts";

/** How the vetter's answer stands. */
export type BadgeAnswer =
  | { readonly kind: "badge"; readonly badge: string }
  | { readonly kind: "waiting" }
  | { readonly kind: "closed" }
  | { readonly kind: "no-network" };

export type SentAnswer = "sent" | "closed" | "no-network";

/** Hands the enrolment to the relay, which carries bytes and nothing else. Sending twice is harmless. */
export async function sendEnrolment(config: Config, handset: Handset): Promise<SentAnswer> {
  const answer = await askHost(config, {
    method: "POST",
    path: "/api/enrolments",
    // The same answer sent again after a lost reply must not count as a second one.
    idempotencyKey: handset.answer.mac,
    body: handset.answer,
  });
  if (answer.kind === "answered") return "sent";
  if (answer.kind === "no-network") return "no-network";
  const { status } = answer.problem;
  // 409: this very enrolment lies there already.
  if (status === 409) return "sent";
  return status === 404 || status === 410 || status === 400 ? "closed" : "no-network";
}

const relayed = record({ badge: text });

/** Asks whether the vetter signed. */
export async function askBadge(config: Config, handset: Handset): Promise<BadgeAnswer> {
  const path = `/api/enrolments/${encodeURIComponent(handset.answer.id)}/badge`;
  const answer = await askHost(config, { path });
  if (answer.kind === "no-network") return answer;
  if (answer.kind === "problem")
    return answer.problem.status === 410
      ? { kind: "closed" }
      : { kind: answer.problem.status === 404 ? "waiting" : "no-network" };
  const read = relayed(answer.body);
  return read === undefined ? { kind: "waiting" } : { kind: "badge", badge: read.badge };
}

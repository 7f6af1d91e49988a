import { decide } from "../decide/decide.ts";
import type { DoorState, Now, ShownPapers } from "../decide/facts.ts";
import type { World } from "./world.ts";

/** decide() without a proof: it answers `unknown` where everything up to the ticket holds. */
export function answerOf(
  world: World,
  {
    papers = world.papers,
    ent = world.ent,
    now = world.now,
    state = {},
  }: {
    readonly papers?: ShownPapers;
    readonly ent?: string;
    readonly now?: Now;
    readonly state?: Partial<DoorState>;
  } = {},
) {
  const decision = decide({ ...world.state, ...state }, { papers, ent }, now);
  return decision.kind === "refused" ? decision.code : decision.kind;
}

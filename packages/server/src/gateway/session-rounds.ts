import type { BoxSession } from "./box-session.ts";

const rounds = 15;

/**
 * Visits each of thousands of sessions once in `everyMs` by one timer, a part of them at a time: a
 * timer of its own would cost each idle box memory, and all at once would hold up the rest.
 */
export interface SessionRounds {
  readonly add: (session: BoxSession) => void;
  readonly remove: (session: BoxSession) => void;
  readonly stop: () => void;
}

/** Starts the rounds; `visit` must not throw. */
export function startSessionRounds(
  everyMs: number,
  visit: (session: BoxSession) => void,
): SessionRounds {
  const groups = Array.from({ length: rounds }, () => new Set<BoxSession>());
  let added = 0;
  let turn = 0;
  const timer = setInterval(() => {
    for (const session of groups[turn] ?? []) visit(session);
    turn = (turn + 1) % rounds;
  }, everyMs / rounds);
  timer.unref();
  return {
    add: (session) => {
      groups[added % rounds]?.add(session);
      added += 1;
    },
    remove: (session) => {
      for (const group of groups) if (group.delete(session)) return;
    },
    stop: () => clearInterval(timer),
  };
}

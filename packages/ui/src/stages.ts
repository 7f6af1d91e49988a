import { defineMessages } from "./messages.ts";

/** The stages of an unlock attempt, in the order in which they are reached. */
export const stages = [
  "presented",
  "authenticated",
  "authorized",
  "released",
  "confirmed",
] as const;
export type Stage = (typeof stages)[number];

/** How far an attempt came. It never says more than the box's receipt does. */
export type StageProgress =
  | { readonly kind: "waiting" }
  | { readonly kind: "reached"; readonly stage: Stage }
  | { readonly kind: "refused"; readonly at: Stage; readonly sentence: string }
  /** The pulse was given; the entrance has no sensing, so nobody saw the door move. */
  | { readonly kind: "unconfirmed" };

export type StudState = "empty" | "filled" | "refused" | "unconfirmed";

/** What each stud of the plate shows, left to right. */
export function studStates(progress: StageProgress): readonly StudState[] {
  return stages.map((_, index) => studState(progress, index));
}

function studState(progress: StageProgress, index: number): StudState {
  switch (progress.kind) {
    case "waiting":
      return "empty";
    case "reached":
      return index <= stages.indexOf(progress.stage) ? "filled" : "empty";
    case "refused": {
      const stopped = stages.indexOf(progress.at);
      if (index === stopped) return "refused";
      return index < stopped ? "filled" : "empty";
    }
    case "unconfirmed":
      return index < stages.indexOf("confirmed") ? "filled" : "unconfirmed";
  }
}

export const stageMessages = defineMessages(
  {
    plate: "Stages of the opening",
    stage: {
      presented: "Presented",
      authenticated: "Authenticated",
      authorized: "Authorized",
      released: "Released",
      confirmed: "Confirmed",
    },
    state: {
      empty: "not yet",
      filled: "done",
      refused: "stopped here",
      unconfirmed: "cannot be confirmed",
    },
    unconfirmed: "Released; this door cannot confirm.",
    waiting: "Nothing presented yet",
  },
  {
    plate: "Etapas de la apertura",
    stage: {
      presented: "Presentado",
      authenticated: "Identificado",
      authorized: "Autorizado",
      released: "Liberada",
      confirmed: "Confirmada",
    },
    state: {
      empty: "todavía no",
      filled: "hecho",
      refused: "se detuvo aquí",
      unconfirmed: "no se puede confirmar",
    },
    unconfirmed: "Liberada; esta puerta no puede confirmarlo.",
    waiting: "Nada presentado todavía",
  },
);

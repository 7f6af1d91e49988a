import { checkPulse } from "../check-pulse.ts";
import type { Pulse, Sensing, Strike, StrikeFault, StrikeReport } from "../strike.ts";
import { connectStrike, type Hello, type StrikeAddress } from "./strike-connection.ts";
import { type FromStrike, reportOf } from "./wire.ts";

/** How far one release got, as far as this side knows. */
interface Asked {
  readonly pulse: Pulse;
  readonly askedAt: number;
  stage: "asked" | "fired" | "released";
  readonly settle: () => void;
}

/** How long after its deadline a command without any answer counts as lost, in ms. */
const answerGraceMs = 500;
/** How many releases may be under way at once. */
const askedMax = 16;

/**
 * Drives a virtual strike in its own process. Unhealthy until the first connection stands.
 *
 * A command needs a one-time lease that the strike gives on request, and carries what was left of
 * its deadline when the lease came; the strike counts that from the moment it gave the lease. So a
 * command that lay in a socket, on either side, can only be found late. `unreachable` with a
 * pulse's id says that nobody knows whether it fired: its id never fires again.
 */
export function virtualStrike(address: StrikeAddress & { readonly sensing: Sensing }): Strike {
  const listeners = new Set<(report: StrikeReport) => void>();
  const asked = new Map<string, Asked>();
  const known = { standing: new Set<StrikeFault>(), door: "closed", lost: false, agrees: true };
  const emit = (report: StrikeReport) => {
    if (report.kind === "opened" || report.kind === "closed") {
      known.door = report.kind === "opened" ? "open" : "closed";
    }
    for (const listener of [...listeners]) listener(report);
  };
  const giveUp = (one: Asked, fault: StrikeFault) => {
    asked.delete(one.pulse.pulseId);
    one.settle();
    emit({ kind: "fault", pulseId: one.pulse.pulseId, fault });
  };
  const connection = connectStrike("drive", address, {
    hello: (hello) => {
      // What a door can tell is part of the signed policy: another sensing is no sensing.
      known.agrees = hello.sensing === address.sensing;
      if (!known.agrees) emit({ kind: "fault", pulseId: undefined, fault: "sensing-lost" });
      catchUpWith(hello, { asked, known, emit });
    },
    lost: () => {
      known.lost = true;
      for (const one of [...asked.values()])
        if (one.stage !== "released") giveUp(one, "unreachable");
      emit({ kind: "fault", pulseId: undefined, fault: "unreachable" });
    },
    message: (message) => heed(message, { asked, known, emit, giveUp, fire }),
  });
  function fire(one: Asked, token: string): void {
    const { pulseId, pulseMs } = one.pulse;
    const left = Math.floor(one.askedAt + one.pulse.fireWithinMs - performance.now());
    if (left < 1) {
      giveUp(one, "late");
      return;
    }
    one.stage = "fired";
    connection.send({ t: "fire", token, pulseId, pulseMs, fireWithinMs: left });
    one.settle();
  }
  return {
    sensing: address.sensing,
    healthy: () =>
      connection.connected() &&
      known.agrees &&
      !known.standing.has("jammed") &&
      !known.standing.has("welded"),
    release: async (pulse) => {
      checkPulse(pulse);
      const { pulseId } = pulse;
      if (asked.has(pulseId)) return;
      if (!connection.connected() || !known.agrees || asked.size >= askedMax) {
        emit({ kind: "fault", pulseId, fault: connection.connected() ? "late" : "unreachable" });
        return;
      }
      await new Promise<void>((settle) => {
        const one: Asked = { pulse, askedAt: performance.now(), stage: "asked", settle };
        asked.set(pulseId, one);
        connection.send({ t: "ask", pulseId });
        setTimeout(() => {
          if (asked.get(pulseId) !== one || one.stage === "released") return;
          giveUp(one, "unreachable");
        }, pulse.fireWithinMs + answerGraceMs).unref();
      });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      listeners.clear();
      connection.close();
      return Promise.resolve();
    },
  };
}

interface Book {
  readonly asked: Map<string, Asked>;
  readonly known: { standing: Set<StrikeFault>; door: string; lost: boolean };
  readonly emit: (report: StrikeReport) => void;
}

/** What changed while nobody listened: a strike that died in a pulse is locked when it is back. */
function catchUpWith(hello: Hello, book: Book): void {
  const { asked, known, emit } = book;
  if (!hello.released) {
    for (const one of [...asked.values()]) {
      asked.delete(one.pulse.pulseId);
      emit({ kind: "locked", pulseId: one.pulse.pulseId });
    }
  }
  if (hello.sensing === "contact" && hello.door !== known.door) {
    emit({ kind: hello.door === "open" ? "opened" : "closed" });
  }
  const before = known.standing;
  known.standing = new Set(hello.standing);
  for (const fault of known.standing) {
    if (!before.has(fault)) emit({ kind: "fault", pulseId: undefined, fault });
  }
  if ((known.lost || before.size > 0) && known.standing.size === 0) emit({ kind: "recovered" });
  known.lost = false;
}

function heed(
  message: FromStrike,
  book: Book & {
    readonly giveUp: (one: Asked, fault: StrikeFault) => void;
    readonly fire: (one: Asked, token: string) => void;
  },
): void {
  const { asked, known } = book;
  switch (message.t) {
    case "challenge":
    case "hello":
    case "beat":
    case "door":
      return;
    case "lease": {
      const one = asked.get(message.pulseId);
      if (one?.stage === "asked") book.fire(one, message.token);
      return;
    }
    case "refused": {
      const one = asked.get(message.pulseId);
      if (one === undefined) return;
      if (message.why === "repeated") asked.delete(message.pulseId);
      else book.giveUp(one, "late");
      return;
    }
    case "report": {
      const report = reportOf(message.report);
      const one =
        "pulseId" in report && report.pulseId !== undefined ? asked.get(report.pulseId) : undefined;
      if (one !== undefined && report.kind === "released") one.stage = "released";
      if (one !== undefined && (report.kind === "locked" || report.kind === "fault")) {
        asked.delete(one.pulse.pulseId);
      }
      if (report.kind === "recovered") known.standing.clear();
      if (report.kind === "fault" && report.fault !== "late" && report.fault !== "unreachable") {
        known.standing.add(report.fault);
      }
      book.emit(report);
      return;
    }
  }
}

import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import type { Sensing, StrikeReport } from "../strike.ts";
import {
  proveKey,
  readLines,
  type StrikeRole,
  sameProof,
  sendLine,
  strikeKey,
} from "./line-socket.ts";
import type { SpentFile } from "./spent-file.ts";
import { isReleased } from "./strike-model.ts";
import { runStrike, type StrikeRunner } from "./strike-runner.ts";
import type { AutoOpen, StrikeState } from "./strike-state.ts";
import { authMs, beatMs, connectionsMax, type FromStrike, parseToStrike } from "./wire.ts";

interface Peer {
  readonly socket: Socket;
  readonly challenge: string;
  role: StrikeRole | undefined;
}

/**
 * The virtual strike behind a socket. Clients prove one of the two keys over a fresh challenge and
 * get one proved back; anything that does not parse ends its connection. The newest proven
 * `drive` connection is the only one.
 */
export function serveStrike(given: {
  readonly secret: Uint8Array;
  readonly sensing: Sensing;
  readonly autoOpen: AutoOpen | undefined;
  readonly spent: SpentFile;
}): { readonly server: Server; readonly close: () => void } {
  const peers = new Set<Peer>();
  const tell = (role: StrikeRole, message: FromStrike) => {
    for (const peer of peers) if (peer.role === role) sendLine(peer.socket, message);
  };
  const runner = runStrike({
    start: { sensing: given.sensing, spent: given.spent.spent, autoOpen: given.autoOpen },
    now: () => performance.now(),
    remember: given.spent.remember,
    emit: (effect) => {
      if (effect.kind === "report")
        tell("drive", { t: "report", report: wireReport(effect.report) });
      else tell("drive", { t: "refused", pulseId: effect.pulseId, why: effect.why });
    },
    changed: (state) => tell("control", doorOf(state, performance.now())),
  });
  const server = createServer({ noDelay: true }, (socket) => {
    if (peers.size >= connectionsMax) return void socket.destroy();
    admit({ socket, challenge: randomBytes(16).toString("hex"), role: undefined }, peers, {
      runner,
      secret: given.secret,
    });
  });
  const beat = setInterval(() => {
    tell("drive", { t: "beat" });
    tell("control", { t: "beat" });
  }, beatMs);
  return {
    server,
    close: () => {
      clearInterval(beat);
      runner.stop();
      for (const peer of peers) peer.socket.destroy();
      server.close();
      given.spent.close();
    },
  };
}

function admit(
  peer: Peer,
  peers: Set<Peer>,
  strike: { readonly runner: StrikeRunner; readonly secret: Uint8Array },
): void {
  const { socket } = peer;
  peers.add(peer);
  const impatience = setTimeout(() => {
    if (peer.role === undefined) socket.destroy();
  }, authMs);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    clearTimeout(impatience);
    peers.delete(peer);
  });
  sendLine(socket, { t: "challenge", nonce: peer.challenge });
  readLines(socket, (line) => {
    const kept =
      peer.role === undefined ? prove(peer, line, strike) : obey(peer, line, strike.runner);
    if (!kept) socket.destroy();
    else if (peer.role === "drive") {
      for (const other of peers)
        if (other !== peer && other.role === "drive") other.socket.destroy();
    }
  });
}

function prove(
  peer: Peer,
  line: string,
  strike: { readonly runner: StrikeRunner; readonly secret: Uint8Array },
): boolean {
  const message = parseToStrike(line);
  if (message?.t !== "auth") return false;
  const key = strikeKey(strike.secret, message.role);
  const nonces = `${peer.challenge}\n${message.nonce}`;
  if (!sameProof(message.mac, proveKey(key, "client", nonces))) return false;
  strike.runner.input({ kind: "tick" });
  peer.role = message.role;
  const state = strike.runner.state();
  const now = strike.runner.now();
  sendLine(peer.socket, {
    t: "hello",
    mac: proveKey(key, "strike", nonces),
    sensing: state.sensing,
    released: isReleased(state, now),
    door: state.doorTold,
    standing: [...state.standing],
  } satisfies FromStrike);
  if (message.role === "control") sendLine(peer.socket, doorOf(state, now));
  return true;
}

function obey(peer: Peer, line: string, runner: StrikeRunner): boolean {
  const message = parseToStrike(line);
  if (message === undefined || message.t === "auth") return false;
  const drives = message.t === "ask" || message.t === "fire";
  if (drives !== (peer.role === "drive")) return false;
  switch (message.t) {
    case "ask": {
      const token = randomBytes(16).toString("hex");
      runner.input({ kind: "lease", token });
      sendLine(peer.socket, { t: "lease", pulseId: message.pulseId, token } satisfies FromStrike);
      return true;
    }
    case "fire": {
      const { t: _, ...command } = message;
      runner.input({ kind: "fire", command });
      return true;
    }
    case "fault":
      runner.input({ kind: "fault", fault: message.fault, on: message.on });
      return true;
    case "person":
      runner.input({ kind: "person", act: message.act });
      return true;
    case "people":
      runner.input({ kind: "people", autoOpen: message.autoOpen });
      return true;
  }
}

function doorOf(state: StrikeState, now: number): FromStrike {
  const { door, held } = state;
  return { t: "door", released: isReleased(state, now), door, held, faults: [...state.faults] };
}

/** Members that are undefined stay off the wire. */
function wireReport(report: StrikeReport): Extract<FromStrike, { t: "report" }>["report"] {
  if (report.kind === "locked") {
    return report.pulseId === undefined
      ? { kind: "locked" }
      : { kind: "locked", pulseId: report.pulseId };
  }
  if (report.kind !== "fault") return report;
  const { fault, pulseId } = report;
  return pulseId === undefined ? { kind: "fault", fault } : { kind: "fault", fault, pulseId };
}

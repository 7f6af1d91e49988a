import { type ServerMessage, serverMessage } from "@vestibule/core/link";
import { Type } from "typebox";
import { Check } from "typebox/value";

/** How long anybody waits for a box, in ms; after it the command never fires. */
export const boxAnswerMs = 3_000;

/** What live pages are told of an attempt beside its id. */
export interface AttemptAbout {
  readonly buildingId: string;
  readonly entranceId: string;
  readonly carrierId: string;
  readonly jkt: string;
}

/** What the host asks of one box. */
export type BoxCommand =
  | { readonly kind: "ticket"; readonly message: ServerMessage & { readonly t: "ticket" } }
  | {
      readonly kind: "unlock";
      readonly message: ServerMessage & { readonly t: "unlock" };
      readonly about: AttemptAbout;
    }
  | { readonly kind: "adopt"; readonly message: ServerMessage & { readonly t: "adopt" } }
  | { readonly kind: "tap"; readonly message: ServerMessage & { readonly t: "tap" } }
  /** Whether its socket answers. */
  | { readonly kind: "probe" }
  /** Its twin is alive too. */
  | { readonly kind: "quarantine" }
  /** How many sockets have signed in with its key. */
  | { readonly kind: "count" }
  /** It shall come back afresh. */
  | { readonly kind: "recall" };

/** What the box itself is asked, or its socket. */
export type SessionCommand = Exclude<
  BoxCommand,
  { readonly kind: "quarantine" | "count" | "recall" }
>;

/** What became of a command. */
export type BoxReply =
  | {
      readonly kind: "ticket";
      readonly ticket: string;
      readonly jwk: { kty: "OKP"; crv: "Ed25519"; x: string };
    }
  | { readonly kind: "refused"; readonly code: string }
  | {
      readonly kind: "adopted";
      readonly bld: string;
      readonly policy: string;
      readonly mac: string;
    }
  /** Handed to the socket; what comes of it comes as receipts. */
  | { readonly kind: "sent" }
  | { readonly kind: "count"; readonly sessions: number }
  | { readonly kind: "silent" }
  | { readonly kind: "offline" };

const text = Type.String({ maxLength: 131_072 });
const about = Type.Object({ buildingId: text, entranceId: text, carrierId: text, jkt: text });
const letter = Type.Object({
  ctl: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
  command: Type.Union([
    Type.Object({ kind: Type.Literal("ticket"), message: serverMessage }),
    Type.Object({ kind: Type.Literal("unlock"), message: serverMessage, about }),
    Type.Object({ kind: Type.Literal("adopt"), message: serverMessage }),
    Type.Object({ kind: Type.Literal("tap"), message: serverMessage }),
    Type.Object({ kind: Type.Literal("probe") }),
    Type.Object({ kind: Type.Literal("quarantine") }),
    Type.Object({ kind: Type.Literal("count") }),
    Type.Object({ kind: Type.Literal("recall") }),
  ]),
});

/** A command with the box that it is for, as it travels between processes. */
export interface CommandLetter {
  readonly ctl: string;
  readonly command: BoxCommand;
}

/** Reads a command that another process sent. */
export function readCommand(body: unknown): CommandLetter | undefined {
  if (!Check(letter, body)) return undefined;
  const { ctl, command } = body;
  switch (command.kind) {
    case "probe":
    case "quarantine":
    case "count":
    case "recall":
      return { ctl, command: { kind: command.kind } };
    case "unlock":
      return command.message.t === "unlock"
        ? { ctl, command: { kind: "unlock", message: command.message, about: command.about } }
        : undefined;
    case "ticket":
      return command.message.t === "ticket"
        ? { ctl, command: { kind: "ticket", message: command.message } }
        : undefined;
    case "adopt":
      return command.message.t === "adopt"
        ? { ctl, command: { kind: "adopt", message: command.message } }
        : undefined;
    case "tap":
      return command.message.t === "tap"
        ? { ctl, command: { kind: "tap", message: command.message } }
        : undefined;
  }
}

const reply = Type.Union([
  Type.Object({
    kind: Type.Literal("ticket"),
    ticket: text,
    jwk: Type.Object({
      kty: Type.Literal("OKP"),
      crv: Type.Literal("Ed25519"),
      x: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
    }),
  }),
  Type.Object({ kind: Type.Literal("refused"), code: text }),
  Type.Object({ kind: Type.Literal("adopted"), bld: text, policy: text, mac: text }),
  Type.Object({ kind: Type.Literal("sent") }),
  Type.Object({ kind: Type.Literal("count"), sessions: Type.Integer({ minimum: 0 }) }),
  Type.Object({ kind: Type.Literal("silent") }),
  Type.Object({ kind: Type.Literal("offline") }),
]);

/** Reads another process's answer; none in time, or none that reads, is silence. */
export function readReply(body: unknown): BoxReply {
  return Check(reply, body) ? body : { kind: "silent" };
}

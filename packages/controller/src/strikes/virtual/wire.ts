import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import {
  fireWithinMsMax,
  pulseIdLengthMax,
  pulseMsMax,
  type StrikeFault,
  type StrikeReport,
} from "../strike.ts";

/** Longest line either side reads, in bytes; a longer one ends the connection. */
export const lineBytesMax = 4_096;
/** How often the strike says that it is alive, in ms; three missed beats make it unreachable. */
export const beatMs = 500;
export const silentMsMax = 3 * beatMs + 250;
/** How long a connection may stay without proving its key, in ms. */
export const authMs = 2_000;
export const connectionsMax = 8;

const strict = { additionalProperties: false };
const text = (max: number) => Type.String({ minLength: 1, maxLength: max });
const nonce = Type.String({ pattern: "^[0-9a-f]{32}$" });
const mac = Type.String({ pattern: "^[0-9a-f]{64}$" });
const pulseId = text(pulseIdLengthMax);
const ms = (min: number, max: number) => Type.Integer({ minimum: min, maximum: max });

const pulseFault = Type.Union([
  Type.Literal("jammed"),
  Type.Literal("welded"),
  Type.Literal("sensing-lost"),
  Type.Literal("unreachable"),
  Type.Literal("late"),
]);
const sensing = Type.Union([
  Type.Literal("contact"),
  Type.Literal("current"),
  Type.Literal("none"),
]);
const doorPosition = Type.Union([Type.Literal("open"), Type.Literal("closed")]);

const Report = Type.Union([
  Type.Object({ kind: Type.Literal("released"), pulseId }, strict),
  Type.Object({ kind: Type.Literal("current"), pulseId }, strict),
  Type.Object({ kind: Type.Literal("locked"), pulseId: Type.Optional(pulseId) }, strict),
  Type.Object({ kind: Type.Literal("opened") }, strict),
  Type.Object({ kind: Type.Literal("closed") }, strict),
  Type.Object(
    { kind: Type.Literal("fault"), pulseId: Type.Optional(pulseId), fault: pulseFault },
    strict,
  ),
  Type.Object({ kind: Type.Literal("recovered") }, strict),
]);

const FromStrike = Type.Union([
  Type.Object({ t: Type.Literal("challenge"), nonce }, strict),
  Type.Object(
    {
      t: Type.Literal("hello"),
      mac,
      sensing,
      released: Type.Boolean(),
      door: doorPosition,
      standing: Type.Array(pulseFault, { maxItems: 5 }),
    },
    strict,
  ),
  Type.Object({ t: Type.Literal("lease"), pulseId, token: nonce }, strict),
  Type.Object({ t: Type.Literal("report"), report: Report }, strict),
  Type.Object({ t: Type.Literal("refused"), pulseId, why: text(32) }, strict),
  Type.Object({ t: Type.Literal("beat") }, strict),
  Type.Object(
    {
      t: Type.Literal("door"),
      released: Type.Boolean(),
      door: doorPosition,
      held: Type.Boolean(),
      faults: Type.Array(text(16), { maxItems: 4 }),
    },
    strict,
  ),
]);

const autoOpen = Type.Object({ afterMs: ms(0, 60_000), openForMs: ms(1, 3_600_000) }, strict);

const ToStrike = Type.Union([
  Type.Object(
    {
      t: Type.Literal("auth"),
      role: Type.Union([Type.Literal("drive"), Type.Literal("control")]),
      nonce,
      mac,
    },
    strict,
  ),
  Type.Object({ t: Type.Literal("ask"), pulseId }, strict),
  Type.Object(
    {
      t: Type.Literal("fire"),
      token: nonce,
      pulseId,
      pulseMs: ms(1, pulseMsMax),
      fireWithinMs: ms(1, fireWithinMsMax),
    },
    strict,
  ),
  Type.Object(
    {
      t: Type.Literal("fault"),
      fault: Type.Union([
        Type.Literal("jammed"),
        Type.Literal("welded"),
        Type.Literal("sensing-lost"),
        Type.Literal("slow"),
      ]),
      on: Type.Boolean(),
    },
    strict,
  ),
  Type.Object(
    {
      t: Type.Literal("person"),
      act: Type.Union([
        Type.Literal("inside"),
        Type.Literal("key"),
        Type.Literal("push"),
        Type.Literal("close"),
        Type.Literal("hold"),
      ]),
    },
    strict,
  ),
  Type.Object({ t: Type.Literal("people"), autoOpen: Type.Optional(autoOpen) }, strict),
]);

export type FromStrike = Static<typeof FromStrike>;
export type ToStrike = Static<typeof ToStrike>;
const fromStrike = Compile(FromStrike);
const toStrike = Compile(ToStrike);

/** One line from the strike; undefined when it is not one that this version knows. */
export function parseFromStrike(line: string): FromStrike | undefined {
  const value = parseJson(line);
  return fromStrike.Check(value) ? value : undefined;
}

/** One line to the strike; undefined when it is not one that this version knows. */
export function parseToStrike(line: string): ToStrike | undefined {
  const value = parseJson(line);
  return toStrike.Check(value) ? value : undefined;
}

/** A report as the interface has it: what the wire leaves out is undefined there. */
export function reportOf(report: Static<typeof Report>): StrikeReport {
  if (report.kind === "locked") return { kind: "locked", pulseId: report.pulseId };
  if (report.kind !== "fault") return report;
  const fault: StrikeFault = report.fault;
  return { kind: "fault", pulseId: report.pulseId, fault };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

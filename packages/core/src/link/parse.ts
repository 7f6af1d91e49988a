import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { concat, utf8 } from "../encoding/bytes.ts";
import {
  type BoxMessage,
  boxMessage,
  linkFrameBytesMax,
  linkProtocol,
  type ServerMessage,
  serverMessage,
} from "./messages.ts";

export type ParsedFrame<T> =
  | { readonly kind: "message"; readonly message: T }
  | { readonly kind: "refused"; readonly code: "size" | "shape" };

let serverValidator: Validator | undefined;
let boxValidator: Validator | undefined;

/** Parses what the box received. Nothing of a refused frame is echoed or logged. */
export function parseServerMessage(frame: string): ParsedFrame<ServerMessage> {
  serverValidator ??= Compile(serverMessage);
  return parse<typeof serverMessage>(serverValidator, frame);
}

/** Parses what the server received from a box. */
export function parseBoxMessage(frame: string): ParsedFrame<BoxMessage> {
  boxValidator ??= Compile(boxMessage);
  return parse<typeof boxMessage>(boxValidator, frame);
}

function parse<S extends TSchema>(validator: Validator, frame: string): ParsedFrame<Static<S>> {
  if (frame.length > linkFrameBytesMax) return { kind: "refused", code: "size" };
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { kind: "refused", code: "shape" };
  }
  return isOf<S>(validator, value)
    ? { kind: "message", message: value }
    : { kind: "refused", code: "shape" };
}

function isOf<S extends TSchema>(validator: Validator, value: unknown): value is Static<S> {
  return validator.Check(value);
}

/** The bytes a box signs to open its link: protocol ‖ nonce ‖ boot ‖ the server it believes to speak to. */
export function linkAuthMessage({
  nonce,
  boot,
  server,
}: {
  readonly nonce: Uint8Array;
  readonly boot: Uint8Array;
  readonly server: string;
}): Uint8Array {
  return concat(utf8(`${linkProtocol}\n`), nonce, boot, utf8(server));
}

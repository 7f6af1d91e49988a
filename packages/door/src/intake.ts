import {
  type AcceptedPolicy,
  acceptPolicy,
  checkKeyset,
  hashText,
  noteTap,
  openKeyset,
  type RootRole,
  readPolicy,
  readTap,
  type TapWindow,
  uidHashOf,
  utf8,
} from "@vestibule/core";
import type { Effect } from "./effects.ts";
import { admitKeyset } from "./keyset-changes.ts";
import { type DoorMemory, nowOf, windowOf } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** Takes a policy that the host brings; who signed it is all that counts. */
export function takePolicy(
  ports: DoorPorts,
  memory: DoorMemory,
  { text, nowMs }: { readonly text: string; readonly nowMs: number },
): readonly Effect[] {
  const read = readPolicy(ports.crypto, text);
  const name = read.kind === "refused" ? hashText(ports.crypto, utf8(text)) : read.hash;
  const known = memory.policies.find((policy) => policy.hash === name);
  if (known !== undefined)
    return [
      {
        kind: "send",
        message: { t: "policy-result", policy: name, inForceFrom: known.inForceFrom },
      },
    ];
  const last = memory.policies.at(-1);
  const at = nowOf(memory, nowMs).trusted;
  const refusal = refusalBefore(last, at);
  if (refusal !== undefined || last === undefined || at === undefined) {
    return [
      { kind: "send", message: { t: "policy-result", policy: name, code: refusal ?? "stale" } },
    ];
  }
  const offered = acceptPolicy(ports.crypto, { text, last, at });
  if (offered.kind === "refused")
    return [{ kind: "send", message: { t: "policy-result", policy: name, code: offered.code } }];
  memory.policies = [...memory.policies, offered.accepted];
  return [
    { kind: "write", write: { kind: "policy", policy: offered.accepted } },
    {
      kind: "send",
      message: { t: "policy-result", policy: name, inForceFrom: offered.accepted.inForceFrom },
    },
  ];
}

function refusalBefore(
  last: AcceptedPolicy | undefined,
  at: number | undefined,
): "bld-mismatch" | "stale" | "log-proof" | undefined {
  if (last === undefined) return "bld-mismatch";
  if (at === undefined) return "stale";
  // A policy that is not shown in the log takes effect nowhere; only a demonstration waives it.
  return last.demo ? undefined : "log-proof";
}

/** Takes a keyset of a root that the newest policies name. */
export function takeKeyset(
  ports: DoorPorts,
  memory: DoorMemory,
  { text, nowMs }: { readonly text: string; readonly nowMs: number },
): readonly Effect[] {
  const opened = openKeyset({ crypto: ports.crypto }, text);
  if (opened.kind === "refused")
    return [keysetResult(hashText(ports.crypto, utf8(text)), opened.code)];
  const { keyset } = opened;
  const named = roleOf(memory, keyset.root);
  if (named === undefined) return [keysetResult(keyset.hash, "role")];
  const at = nowOf(memory, nowMs).trusted;
  if (at === undefined) return [keysetResult(keyset.hash, "stale")];
  const held = memory.keysets.get(keyset.root);
  if (held?.keyset.hash === keyset.hash) return [keysetResult(keyset.hash, undefined)];
  const bad = checkKeyset(keyset, { ...named, held: held?.keyset, at });
  if (bad !== undefined) return [keysetResult(keyset.hash, bad.code)];
  return [
    admitKeyset(memory, keyset, { at, monotonicMs: nowMs }),
    keysetResult(keyset.hash, undefined),
  ];
}

function keysetResult(keyset: string, code: string | undefined): Effect {
  return {
    kind: "send",
    message: { t: "keyset-result", keyset, ...(code === undefined ? {} : { code }) },
  };
}

/** The role and domain under which any accepted policy, pending ones too, names a root. */
function roleOf(
  memory: DoorMemory,
  root: string,
): { readonly role: RootRole; readonly domain: string } | undefined {
  for (const { policy } of memory.policies.toReversed()) {
    if (policy.host.root === root) return { role: "host", domain: policy.host.domain };
    const carrier = policy.carriers.find((candidate) => candidate.root === root);
    if (carrier !== undefined) return { role: "carrier", domain: carrier.domain };
    const vetter = policy.carriers
      .flatMap((candidate) => candidate.clearance)
      .find((party) => party.root === root);
    if (vetter !== undefined) return { role: "vetter", domain: vetter.domain };
  }
  return undefined;
}

/** Notes a tap that got no ticket: it raises the counter, and nothing else is kept of it. */
export function takeTap(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    tap,
    nowMs,
  }: { readonly tap: { readonly e: string; readonly c: string }; readonly nowMs: number },
): readonly Effect[] {
  const reading = readTap(ports.crypto, ports.tags, tap);
  if (reading.kind === "refused") return [];
  const uidHash = uidHashOf(ports.crypto, reading.uid);
  const { window } = noteTap(windowOf(memory, uidHash), reading.counter, nowMs);
  return keepWindow(memory, { uidHash, window });
}

/** Remembers a sticker's window, and writes it where a restart must know it. */
export function keepWindow(
  memory: DoorMemory,
  { uidHash, window }: { readonly uidHash: string; readonly window: TapWindow },
): readonly Effect[] {
  const before = windowOf(memory, uidHash);
  memory.windows.set(uidHash, window);
  const same = before.highest === window.highest && before.used.length === window.used.length;
  return same ? [] : [{ kind: "write", write: { kind: "tap-window", uidHash, window } }];
}

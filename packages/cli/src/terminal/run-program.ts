import { spawn } from "node:child_process";
import { constants } from "node:os";
import { CliFault } from "./cli-fault.ts";
import type { CliContext } from "./context.ts";

/**
 * Runs another of our programs in the foreground on this very Node; signals reach it, its end is ours,
 * whatever its code. `tied`: it ends when this process does, however that ends.
 */
export async function runProgram(
  context: CliContext,
  words: readonly string[],
  { tied = false }: { readonly tied?: boolean } = {},
): Promise<void> {
  const child = spawn(process.execPath, [...words, ...(tied ? ["--tied"] : [])], {
    stdio: [tied ? "pipe" : "inherit", "inherit", "inherit"],
  });
  child.stdin?.on("error", () => undefined);
  const hand = (signal: NodeJS.Signals) => () => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM"] as const;
  const handlers = signals.map((signal) => [signal, hand(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new CliFault("program", `${words[0]} cannot be run: ${cause.message}`, { cause })),
    );
    // As a shell tells it: 128 and the signal's number.
    child.once("exit", (ended, by) => resolve(ended ?? 128 + constants.signals[by ?? "SIGKILL"]));
  });
  for (const [signal, handler] of handlers) process.off(signal, handler);
  context.exitWith(code);
}

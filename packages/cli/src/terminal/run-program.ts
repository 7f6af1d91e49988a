import { spawn } from "node:child_process";
import { exitCodes } from "./cli-fault.ts";
import type { CliContext } from "./context.ts";

/** Runs another of our programs in the foreground on this very Node; signals reach it, its end is ours. */
export async function runProgram(context: CliContext, words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: "inherit" });
  const hand = (signal: NodeJS.Signals) => () => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM"] as const;
  const handlers = signals.map((signal) => [signal, hand(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  for (const [signal, handler] of handlers) process.off(signal, handler);
  if (code !== 0 && code !== null)
    context.exitWith(code === 2 ? exitCodes.usage : exitCodes.failed);
}

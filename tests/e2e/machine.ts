import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The repository's own root. */
export const root = join(import.meta.dirname, "../..");
/** The machine's Chromium; `CHROMIUM` names another. */
export const chromiumPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const ffmpegPaths = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"];
export const ffmpegPath = ffmpegPaths.find((path) => existsSync(path)) ?? "ffmpeg";

/** What a film for the fake camera, and the browser that watches it, need; "" where all is there. */
export const noCamera = whyNot([
  [existsSync(chromiumPath), `no Chromium at ${chromiumPath}`],
  [existsSync(ffmpegPath), "ffmpeg is not installed"],
]);

/** Processes are followed through /proc; "" where that can be done. */
export const noProc = whyNot([[existsSync("/proc/self/stat"), "no /proc on this machine"]]);

/** The commands that lay a veth pair into a fresh network namespace. */
export const laysNetwork = [
  "ip link set lo up",
  "ip link add v0 type veth peer name v1",
  "ip addr add 10.99.0.1/24 dev v0",
  "ip link set v0 up && ip link set v1 up",
].join(" && ");

/** Why there can be no network namespace with a veth pair here; "" where there can. */
export function noNamespace(): string {
  const probe = spawnSync("unshare", ["-n", "sh", "-c", laysNetwork], { encoding: "utf8" });
  if (probe.error !== undefined) return "unshare is not installed";
  return probe.status === 0
    ? ""
    : `no network namespace with a veth pair (${probe.stderr.trim().split("\n")[0] ?? "refused"})`;
}

/** Adds the reason to a name of tests that are skipped. */
export function orSkipped(reason: string): string {
  return reason === "" ? "" : ` (skipped: ${reason})`;
}

function whyNot(needs: readonly (readonly [boolean, string])[]): string {
  return needs
    .filter(([met]) => !met)
    .map(([, reason]) => reason)
    .join("; ");
}

/** Long enough for the slowest machine: a wait says what must come, never how soon. In ms. */
const patienceMs = 60_000;

/** Waits until a look gives something, with a bound; the error says what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = patienceMs,
): Promise<T> {
  const give = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > give) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

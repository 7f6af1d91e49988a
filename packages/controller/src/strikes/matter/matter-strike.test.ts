import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { strikeOf } from "./matter-strike.ts";

const network = [
  "ip link set lo up",
  "ip link add v0 type veth peer name v1",
  "ip addr add 10.99.0.1/24 dev v0",
  "ip link set v0 up && ip link set v1 up",
].join(" && ");
const probe = spawnSync("unshare", ["-n", "sh", "-c", network], { encoding: "utf8" });
const unable = probe.status === 0 ? "" : " (skipped: no network namespace with a veth pair here)";

async function run(): Promise<Map<string, Record<string, unknown>>> {
  const script = `${network} && sleep 2.5 && exec "$0" "$1"`;
  const scenario = fileURLToPath(new URL("scenario.ts", import.meta.url));
  // Not awaited in one go: the test's own process must be able to speak meanwhile.
  const words = ["-n", "sh", "-c", script, process.execPath, scenario];
  const ran = await promisify(execFile)("unshare", words, { timeout: 290_000 });
  const lines = ran.stdout.trim().split("\n");
  return new Map(
    lines.map((line) => {
      const value: unknown = JSON.parse(line);
      if (typeof value !== "object" || value === null || !("scenario" in value))
        throw new Error(line);
      return [String(value.scenario), { ...value }];
    }),
  );
}

describe.skipIf(unable !== "")(`a Matter lock in its own process${unable}`, () => {
  it("does a command within its deadline or never", async () => {
    const seen = await run();
    for (const name of ["plain", "plain-again"]) {
      // The door may fall shut before or after the lock is out again: one reading tells both.
      const [first, second, ...rest] = [seen.get(name)?.["reports"]].flat();
      expect([first, second, ...rest.toSorted()]).toEqual([
        "released",
        "opened",
        "closed",
        "locked",
      ]);
    }
    for (const name of ["frozen-3s", "frozen-8s", "frozen-between", "killed"]) {
      expect(seen.get(name)).toMatchObject({ unlockedAfterMs: [], healthy: true });
      expect(seen.get(name)?.["reports"]).toContain("fault unreachable");
      expect(Number(seen.get(name)?.["answeredMs"])).toBeLessThan(3_000);
    }
  });
});

describe("the strike over a lock", () => {
  it("tells no release that it did not read, and sends no id twice", async () => {
    let sent = 0;
    const strike = strikeOf(
      {
        read: async () => ({ locked: true, doorOpen: false }),
        unlockFor: async () => {
          sent += 1;
          return true;
        },
        close: async () => undefined,
      },
      "contact",
    );
    const told: string[] = [];
    strike.subscribe((report) => told.push(report.kind === "fault" ? report.fault : report.kind));
    const pulse = { pulseId: "a", pulseMs: 3_000, fireWithinMs: 1_000 };
    await strike.release(pulse);
    await strike.release(pulse);
    expect({ sent, told }).toEqual({ sent: 1, told: ["jammed"] });
    await expect(strike.release({ ...pulse, pulseId: "b", pulseMs: 999 })).rejects.toThrow(
      RangeError,
    );
    await strike.close();
  });
});

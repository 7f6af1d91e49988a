import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { laysNetwork, noCamera, noNamespace, noProc, orSkipped } from "./machine.ts";
import { descendantsOf } from "./processes.ts";

const unable = [noCamera, noProc].find((reason) => reason !== "") ?? noNamespace();
const runMsMax = 290_000;

/** Runs the scenario in a namespace of its own, and gives its last line. */
function runScenario(): Promise<unknown> {
  const scenario = join(import.meta.dirname, "matter-scenario.ts");
  // The kernel takes a moment to make sure that nobody else has the pair's addresses.
  const script = `${laysNetwork} && sleep 2.5 && exec "$0" "$1"`;
  const child = spawn("unshare", ["-n", "sh", "-c", script, process.execPath, scenario], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let stdout = "";
    const timer = setTimeout(() => {
      const family = child.pid === undefined ? [] : descendantsOf(child.pid);
      for (const { pid } of family) process.kill(pid, "SIGKILL");
      child.kill("SIGKILL");
    }, runMsMax);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      const line = stdout.trim().split("\n").at(-1) ?? "";
      if (line.startsWith("{")) resolve(JSON.parse(line));
      else reject(new Error(`the scenario ended (${signal ?? code}) and said: ${stdout}`));
    });
  });
}

describe.skipIf(unable !== "")(`a Matter lock on the street${orSkipped(unable)}`, () => {
  it("unlocks and locks again for a parcel in the camera, and the console sees it live", async () => {
    const verdict = await runScenario();
    expect(verdict).toMatchObject({
      heading: "The door is open",
      console: true,
      lockProcess: true,
      // The other three doors keep theirs.
      virtualStrikes: 3,
    });
    const seen =
      typeof verdict === "object" && verdict !== null ? Reflect.get(verdict, "seen") : [];
    expect(seen).toEqual(expect.arrayContaining(["released", "open", "locked"]));
    expect(seen.at(-1)).toBe("locked");
  });
});

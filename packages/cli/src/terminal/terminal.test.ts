import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCli, testCli } from "../testing/test-cli.ts";
import type { CliContext } from "./context.ts";
import { terminalProgress } from "./progress.ts";
import { runProgram } from "./run-program.ts";

const at = 1_795_014_000;
let cli: TestCli;
beforeEach(() => {
  cli = testCli(() => at);
});
afterEach(() => cli.remove());

describe("options", () => {
  it("say the version", async () => {
    expect(await cli.run("--version")).toMatchObject({ code: 0, out: "0.1.0\n" });
  });

  it("refuse an empty data folder: an unset variable must not mean the present one", async () => {
    const { code, error } = await cli.run("keys", "list", "--data", "");
    expect([code, error.includes("must name a folder")]).toEqual([2, true]);
  });

  it("name what is wrong with a thumbprint, and take several", async () => {
    const words = [
      "keys",
      "sub",
      "--role",
      "carrier",
      "--use",
      "dispatch",
      "--domain",
      "a.example",
    ];
    const terms = ["--contractor", "Swift", "--until", "2026-12-01", "--cap", "3"];
    const wrong = await cli.run(...words, ...terms, "--bld", "x", "--json");
    expect(wrong.code).toBe(2);
    expect(wrong.error).toContain("43 characters");
    const blds = ["A".repeat(43), "B".repeat(43)];
    expect((await cli.run(...words, ...terms, "--bld", ...blds)).code).toBe(0);
    const [text = ""] = [...cli.files().values()];
    expect(JSON.parse(text).vestibule.contractor.blds).toEqual(blds);
    // The last day counts to its end.
    expect(JSON.parse(text).vestibule.contractor.until).toBe(Date.parse("2026-12-02Z") / 1_000);
  });

  it("take seconds as they are written", async () => {
    const words = [
      "keys",
      "sub",
      "--role",
      "carrier",
      "--use",
      "dispatch",
      "--domain",
      "a.example",
    ];
    const until = ["--until", "2026-12-01T10:00:59Z"];
    expect((await cli.run(...words, "--contractor", "S", "--cap", "3", ...until)).code).toBe(0);
    const [text = ""] = [...cli.files().values()];
    expect(JSON.parse(text).vestibule.contractor.until).toBe(
      Date.parse("2026-12-01T10:00:59Z") / 1_000,
    );
    for (const odd of ["2026-12-01T10:00", "2026-02-30", "2026-12-01T25:00Z", "tomorrow"])
      expect((await cli.run(...words, "--until", odd)).code).toBe(2);
  });

  it("show settings before the program's name in examples", async () => {
    const { out } = await cli.run("serve", "--help");
    expect(out).toMatch(/\$ PUBLIC_URL=\S+ CONSOLE_ORIGIN=\S+ vestibule serve --port 8080/);
    const demo = await cli.run("demo", "--help");
    expect(demo.out.replaceAll(/\s+/g, " ")).toContain("(VESTIBULE_DATA, ./.data)");
    expect(demo.out).toContain("DATABASE_URL");
  });
});

describe("files", () => {
  it("that are folders, or lie below a file, are told by a sentence", async () => {
    writeFileSync(join(cli.folder, "file"), "");
    mkdirSync(join(cli.folder, "data/keys/a.example.carrier.keyset"), { recursive: true });
    const words = ["keys", "sub", "--role", "carrier", "--use", "stop", "--domain", "a.example"];
    const below = await cli.run(...words, "--data", "file");
    expect(below.error).toMatch(/^vestibule: .*file, not a folder; name another place\.\n$/);
    const list = await cli.run("keys", "list", "--data", "file");
    expect(list.error).toContain("it is no folder");
    const keyset = await cli.run("keys", "list");
    expect(keyset.error).toMatch(/^vestibule: .*cannot be read/);
  });
});

describe("another program", () => {
  const outside = (exitWith: (code: number) => void): CliContext => ({
    environment: {},
    folder: cli.folder,
    write: () => undefined,
    writeError: () => undefined,
    now: () => 0,
    fetch,
    exitWith,
  });

  it("ends us with its own code, or as a shell tells a signal", async () => {
    const codes: number[] = [];
    const context = outside((code) => codes.push(code));
    await runProgram(context, ["-e", "process.exit(70)"]);
    await runProgram(context, ["-e", "process.kill(process.pid, 'SIGKILL')"]);
    await runProgram(context, ["-e", "0"]);
    expect(codes).toEqual([70, 137, 0]);
  });
});

describe("the bin", () => {
  it("ends quietly when nobody reads on", async () => {
    const bin = new URL("../../bin/vestibule.mjs", import.meta.url).pathname;
    const child = spawn(process.execPath, [bin, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    let error = "";
    child.stderr.on("data", (text) => {
      error += String(text);
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect([code, error]).toEqual([0, ""]);
  });
});

describe("progress on a terminal", () => {
  it("says nothing in the first second, then one line that is written over and taken away", () => {
    let nowMs = 0;
    const out: string[] = [];
    const progress = terminalProgress({ write: (text) => out.push(text) }, () => nowMs);
    progress("a");
    nowMs = 999;
    progress("b");
    progress("");
    expect(out).toEqual([]);
    progress("c");
    nowMs += 1_000;
    progress("d");
    nowMs += 249;
    progress("e");
    nowMs += 1;
    progress("f");
    progress("");
    expect(out).toEqual(["\r\u001b[Kd", "\r\u001b[Kf", "\r\u001b[K"]);
  });
});

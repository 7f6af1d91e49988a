import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { nodeCrypto } from "@vestibule/core/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCli, testCli } from "../testing/test-cli.ts";
import type { Check } from "./check.ts";
import {
  checkChromium,
  checkClock,
  checkCrypto,
  checkLeftClusters,
  checkNode,
  checkPort,
} from "./machine-checks.ts";
import { checkPostgres } from "./server-checks.ts";

let cli: TestCli;
beforeEach(() => {
  cli = testCli(() => 1_795_014_000);
});
afterEach(() => cli.remove());

async function look(...words: readonly string[]) {
  const { code, out } = await cli.run("doctor", "--json", ...words);
  const { checks, healthy }: { checks: Check[]; healthy: boolean } = JSON.parse(out);
  return { code, healthy, of: (name: string) => checks.find((check) => check.name === name) };
}

describe("the data folder", () => {
  it("that is a file, or lies below one, is a fault that says so", async () => {
    writeFileSync(join(cli.folder, "file"), "");
    for (const data of ["file", "file/below"]) {
      const { of, code } = await look("--data", data);
      expect([code, of("Data folder")?.state]).toEqual([1, "fault"]);
      expect(of("Data folder")?.found).toContain("file is a file, no folder");
      expect(of("Keys")?.found).toContain("it is no folder");
    }
  });

  it("that everybody may write is a warning, and stands in nobody's way", async () => {
    mkdirSync(join(cli.folder, "data"));
    chmodSync(join(cli.folder, "data"), 0o775);
    expect((await look()).of("Data folder")).toMatchObject({ state: "ok" });
    chmodSync(join(cli.folder, "data"), 0o757);
    const { of } = await look();
    expect(of("Data folder")).toMatchObject({
      state: "warning",
      mend: expect.stringMatching(/^chmod o-w /),
    });
    expect((await look("--data", "other")).of("Data folder")).toMatchObject({ state: "ok" });
  });
});

describe("keys", () => {
  const words = ["--role", "carrier", "--domain", "ups.example"];

  it("of a root among the daily ones, open ones and damaged ones are faults", async () => {
    await cli.run("keys", "sub", "--use", "dispatch", ...words);
    expect((await look()).of("Keys")).toMatchObject({
      state: "ok",
      found: expect.stringMatching(/^1 in /),
    });
    await cli.run("keys", "root", ...words);
    const root = cli.files().get(join(cli.folder, "ups.example.carrier-root.jwk")) ?? "";
    const placed = join(cli.folder, "data/keys/moved.jwk");
    writeFileSync(placed, root, { mode: 0o600 });
    expect((await look()).of("Keys")?.found).toBe(`a root's private key lies in ${placed}`);
    writeFileSync(placed, "{}", { mode: 0o600 });
    expect((await look()).of("Keys")).toMatchObject({ state: "fault", mend: "" });
  });
});

describe("the machine", () => {
  it("is told by its Node, its clock, its cryptography and its browser", () => {
    expect(["20.1.0", "24.0.0", "25.0.0"].map((version) => checkNode(version).state)).toEqual([
      "fault",
      "ok",
      "warning",
    ]);
    const at = Date.parse("2026-06-01T00:00:00Z");
    expect(checkClock(at, at - 500, 500).state).toBe("ok");
    expect(checkClock(at, at - 500, 2_600).state).toBe("warning");
    expect(checkClock(at, at - 2_600, 500).state).toBe("warning");
    expect(checkClock(Date.parse("2025-12-31T23:59:59Z"), 0, 0).state).toBe("fault");
    const crypto = nodeCrypto();
    expect(checkCrypto(crypto).state).toBe("ok");
    expect(checkCrypto({ ...crypto, sha256: () => new Uint8Array(32) }).state).toBe("fault");
    expect(checkChromium(cli.folder).state).toBe("warning");
    writeFileSync(join(cli.folder, "chromium"), "");
    expect(checkChromium(`/nowhere:${cli.folder}`).state).toBe("ok");
    expect(checkChromium(undefined).state).toBe("warning");
  });

  it("is told by its port and its database, whatever form their addresses have", async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((done) => server.listen(0, "::1", done));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    expect(await checkPort("::1", port)).toMatchObject({ state: "warning" });
    expect(await checkPort("192.0.2.1", 8_080)).toMatchObject({
      mend: expect.stringContaining("HOST"),
    });
    expect((await checkPostgres(`postgres://u:p@[::1]:${port}/db`)).state).toBe("ok");
    await new Promise((done) => server.close(done));
    expect(await checkPort("::1", port)).toMatchObject({ state: "ok" });
    const refused = await checkPostgres(`postgres://u:hidden@[::1]:${port}/db`);
    expect(refused).toMatchObject({ state: "fault" });
    expect(JSON.stringify(refused)).not.toContain("hidden");
    expect((await checkPostgres("postgres://u:p@/db?host=/nowhere")).state).toBe("fault");
    expect((await checkPostgres(undefined)).state).toBe("ok");
  });
});

describe("databases left over", () => {
  it("are named with the data folder they had and how to remove them", () => {
    expect(checkLeftClusters(() => [])).toBeUndefined();
    const left = [
      { path: "/var/lib/x/1", of: "/root/gone" },
      { path: "/var/lib/x/2", of: undefined },
    ];
    expect(checkLeftClusters(() => left)).toMatchObject({
      state: "warning",
      found: "databases that no data folder leads to: /var/lib/x/1 (of /root/gone), /var/lib/x/2",
      mend: "If nobody misses them: rm -r /var/lib/x/1 /var/lib/x/2",
    });
    const closed = () => {
      throw Object.assign(new Error("closed"), { code: "EACCES" });
    };
    expect(checkLeftClusters(closed)).toBeUndefined();
  });
});

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "@vestibule/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type DemoRun, demoPlace, endAll, runDemo } from "./demo-process.ts";
import { noProc, orSkipped, until } from "./machine.ts";
import { descendantsOf, type ProcessMark, stillAlive } from "./processes.ts";
import { streetClient } from "./street-client.ts";

describe.skipIf(noProc !== "")(`the start of vestibule demo${orSkipped(noProc)}`, () => {
  const places: Awaited<ReturnType<typeof demoPlace>>[] = [];
  const started: DemoRun[] = [];
  const families: ProcessMark[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const begun of started.splice(0)) await begun.stop();
    await endAll(families.splice(0));
    for (const place of places.splice(0)) place.remove();
  });

  const freshPlace = async () => {
    const place = await demoPlace();
    places.push(place);
    return place;
  };
  const start = (words: readonly string[]): DemoRun => {
    const begun = runDemo(words);
    started.push(begun);
    return begun;
  };
  const said = (demo: DemoRun, sentence: string) =>
    until(sentence, () => demo.stderr().includes(sentence) || undefined);

  it.each([
    [
      "as the database is made",
      // Or just after it, where a busy machine looks too late.
      (data: string) =>
        ["cluster.partial", "cluster"].some((name) =>
          existsSync(join(data, "host/postgres", name)),
        ),
    ],
    [
      "as the database starts",
      (data: string) => existsSync(join(data, "host/postgres/postgres.log")),
    ],
  ])("stops at once on Ctrl-C %s, and leaves no process", async (_when, reached) => {
    const { data, words } = await freshPlace();
    const demo = start(words);
    await until("that moment", () => reached(data) || undefined);
    const family = descendantsOf(demo.pid);
    families.push(...family);
    demo.signalGroup("SIGINT");
    expect(await demo.ended()).toEqual({ code: 0, signal: null });
    expect(demo.stdout()).toBe("");
    expect(demo.stderr()).not.toContain("setting up");
    expect(demo.stderr()).toContain("stopped before it was ready");
    await until("every end", () => stillAlive(family).length === 0 || undefined);
    expect(existsSync(join(data, "demo.pid"))).toBe(false);
  });

  it("goes on where a first start was killed in the middle of a house", async () => {
    const { data, port, words } = await freshPlace();
    const first = start(words);
    await said(first, "setting up 12 Linden Street");
    families.push(...descendantsOf(first.pid));
    first.kill("SIGKILL");
    await first.ended();
    const second = start(words);
    await second.ready();
    for (const door of ["house-4-street", "house-12-lobby", "house-18-street"])
      await streetClient(port).doorReaches(door, "locked");
    expect(existsSync(join(data, "seeding.json"))).toBe(false);
  });

  it("is not kept from a folder by a claim whose number is another process's by now", async () => {
    const { data, words } = await freshPlace();
    // This very process lives, but began at another moment than the claim says.
    writeFileSync(join(data, "demo.pid"), `${process.pid} 1\n`);
    const demo = start(words);
    await until("its own claim", () => existsSync(join(data, "host")) || undefined);
    expect(demo.stderr()).not.toContain("is at work");
  });

  it("waits for a folder that a killed run still holds, and says so", async () => {
    const { data, words } = await freshPlace();
    mkdirSync(join(data, "host"), { recursive: true, mode: 0o711 });
    // This very process, by its number and by when it began, as the server's own claim has it.
    const claim = join(data, "host/postgres.claim");
    const stat = readFileSync("/proc/self/stat", "utf8");
    const began = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    writeFileSync(claim, `${process.pid} ${began}\n`);
    const demo = start(words);
    await said(demo, "the server is tried again: Another Vestibule");
    rmSync(claim);
    await said(demo, "setting up 4 Linden Street");
  });

  it("says a wrong setting, a wrong database and a wrong folder at once, instead of trying on", async () => {
    const { data, words } = await freshPlace();
    const ended = async (given: readonly string[]) => {
      const demo = start(given);
      expect((await demo.ended()).code).toBe(1);
      return demo.stderr();
    };
    vi.stubEnv("VESTIBULE_FOO", "1");
    expect(await ended(words)).toContain("Unknown setting VESTIBULE_FOO");
    vi.unstubAllEnvs();
    vi.stubEnv("DATABASE_URL", "postgres://nobody:x@127.0.0.1:1/none");
    expect(await ended(words)).toContain("PostgreSQL cannot be reached with DATABASE_URL");
    vi.unstubAllEnvs();
    writeFileSync(join(data, "a-file"), "");
    const file = join(data, "a-file");
    expect(await ended(["--data", file, ...words.slice(2)])).toContain(`The folder ${file}`);
  });

  it("uses the PostgreSQL of DATABASE_URL, and tells when it belongs to another folder", async () => {
    const [elsewhere, own, other] = [await freshPlace(), await freshPlace(), await freshPlace()];
    const postgres = await startPostgres({ dataFolder: elsewhere.data, durable: false });
    try {
      vi.stubEnv("DATABASE_URL", postgres.ownerUrl);
      const demo = start(own.words);
      await demo.ready();
      expect(existsSync(join(own.data, "host/postgres"))).toBe(false);
      const controllers = descendantsOf(demo.pid).filter(({ command }) =>
        command.includes("controller/src/main.ts"),
      );
      expect(controllers).toHaveLength(4);
      for (const { pid } of controllers)
        expect(environmentOf(pid)).not.toContain(new URL(postgres.ownerUrl).password);
      await demo.stop();
      const second = start(other.words);
      expect((await second.ended()).code).toBe(1);
      expect(second.stderr()).toContain("belongs to a street with another data folder");
    } finally {
      await postgres.stop();
    }
  });
});

function environmentOf(pid: number): string {
  return readFileSync(`/proc/${pid}/environ`, "utf8");
}

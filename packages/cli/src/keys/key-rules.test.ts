import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCli, testCli } from "../testing/test-cli.ts";
import { keysIn } from "./key-file.ts";

let now = 1_795_014_000;
let cli: TestCli;
let elsewhere: TestCli;
beforeEach(() => {
  now = 1_795_014_000;
  elsewhere = testCli(() => now);
  cli = testCli(() => now, { VESTIBULE_KEYS: join(elsewhere.folder, "keys") });
});
afterEach(() => {
  cli.remove();
  elsewhere.remove();
});

const carrier = ["--role", "carrier", "--domain", "ups.example"];
const root = ["--root", "ups.example.carrier-root.jwk"];
const keyFiles = () => keysIn(join(elsewhere.folder, "keys"));

describe("a key file", () => {
  it("whose halves or whose name belong to another key is damaged", async () => {
    await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
    await cli.run("keys", "sub", "--use", "stop", ...carrier);
    const [one, other] = keyFiles();
    const text = readFileSync(one?.path ?? "", "utf8");
    const { d } = JSON.parse(readFileSync(other?.path ?? "", "utf8"));
    for (const swapped of [{ d }, { kid: other?.kid }]) {
      writeFileSync(one?.path ?? "", JSON.stringify({ ...JSON.parse(text), ...swapped }));
      const { code, json } = await cli.run("keys", "list", "--json");
      expect([code, json()]).toMatchObject([1, { error: { code: "key-unreadable" } }]);
    }
    writeFileSync(one?.path ?? "", text);
    expect((await cli.run("keys", "list")).code).toBe(0);
  });

  it("of a root is refused in the folder of keys, wherever that lies", async () => {
    const out = join(elsewhere.folder, "keys", "root.jwk");
    expect((await cli.run("keys", "root", ...carrier, "--out", out)).code).toBe(2);
  });
});

describe("a keyset", () => {
  it("is signed by a root alone", async () => {
    await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
    const daily = ["--root", keyFiles()[0]?.path ?? ""];
    const { json } = await cli.run("keys", "keyset", ...daily, "--json");
    expect(json()).toMatchObject({ error: { code: "not-a-root" } });
  });

  it("names its own party's daily keys, and no contractor whose last day has passed", async () => {
    const made = async (use: string, ...words: readonly string[]) => {
      const ran = await cli.run("keys", "sub", "--use", use, ...words, "--json");
      return String(Reflect.get(Object(ran.json()), "kid"));
    };
    const until = ["--until", "2026-11-20", "--cap", "3"];
    const own = await made("dispatch", ...carrier);
    const swift = await made("dispatch", ...carrier, "--contractor", "Swift", ...until);
    await made("dispatch", "--role", "carrier", "--domain", "other.example");
    await made("stop", "--role", "vetter", "--domain", "ups.example");
    await cli.run("keys", "root", ...carrier);
    const named = async () => {
      const ran = await cli.run("keys", "keyset", ...root, "--json");
      const { keys }: { keys: { kid: string }[] } = JSON.parse(ran.out);
      return keys.map(({ kid }) => kid).toSorted();
    };
    expect(await named()).toEqual([own, swift].toSorted());
    now = Date.parse("2026-11-21T00:00:00Z") / 1_000;
    expect(await named()).toEqual([own]);
  });

  it("has no contractor without terms, or with terms that have passed", async () => {
    const words = ["keys", "sub", "--use", "dispatch", ...carrier];
    const code = async (...more: readonly string[]) => (await cli.run(...words, ...more)).code;
    expect(await code("--contractor", "Swift")).toBe(2);
    expect(await code("--contractor", "Swift", "--cap", "3", "--until", "2026-11-17")).toBe(2);
    expect(await code("--cap", "3")).toBe(2);
    const stop = ["keys", "sub", "--use", "stop", ...carrier, "--contractor", "Swift"];
    expect((await cli.run(...stop, "--cap", "3", "--until", "2026-12-01")).code).toBe(2);
    expect(cli.files().size + elsewhere.files().size).toBe(0);
  });
});

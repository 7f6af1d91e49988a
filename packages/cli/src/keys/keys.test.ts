import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openKeyset } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type TestCli, testCli } from "../testing/test-cli.ts";

const at = 1_795_014_000;
let cli: TestCli;
beforeEach(() => {
  cli = testCli(() => at);
});
afterEach(() => cli.remove());

const carrier = ["--role", "carrier", "--domain", "ups.example"];

it("writes a root outside the data folder, for its owner alone, and says to move it", async () => {
  const { code, out } = await cli.run("keys", "root", ...carrier);
  expect(code).toBe(0);
  expect(out).toContain("Move it now");
  const path = join(cli.folder, "ups.example.carrier-root.jwk");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(out).not.toContain(JSON.parse(readFileSync(path, "utf8")).d);
});

it("refuses to write a root into the data folder, by a link either, or over another", async () => {
  mkdirSync(join(cli.folder, "data", "keys"), { recursive: true });
  symlinkSync(join(cli.folder, "data"), join(cli.folder, "elsewhere"));
  for (const place of ["data/r.jwk", "data/keys/r.jwk", "elsewhere/r.jwk"]) {
    const { code, error } = await cli.run("keys", "root", ...carrier, "--out", place);
    expect([place, code]).toEqual([place, 2]);
    expect(error).toMatch(/^vestibule: A root key must not lie in the data folder;.*\n$/);
  }
  await cli.run("keys", "root", ...carrier);
  const again = await cli.run("keys", "root", ...carrier, "--json");
  expect(again.code).toBe(1);
  expect(again.json()).toMatchObject({ error: { code: "file-exists" } });
});

it("signs keysets whose version rises and whose contractor stands in them", async () => {
  await cli.run("keys", "root", ...carrier);
  await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
  const contractor = ["--contractor", "Swift", "--until", "2026-12-01", "--cap", "20"];
  expect((await cli.run("keys", "sub", "--use", "dispatch", ...carrier, ...contractor)).code).toBe(
    0,
  );
  const root = ["--root", "ups.example.carrier-root.jwk"];
  await cli.run("keys", "keyset", ...root);
  const second = await cli.run("keys", "keyset", ...root, "--days", "10", "--json");
  expect(second.json()).toMatchObject({ ver: 2, exp: at + 10 * 86_400 });
  const text = readFileSync(
    join(cli.folder, "data/keys/ups.example.carrier.keyset"),
    "utf8",
  ).trim();
  const opened = openKeyset({ crypto: nodeCrypto() }, text);
  if (opened.kind === "refused") throw new Error(opened.code);
  const named = opened.keyset.body.keys.flatMap(({ contractor: firm }) => firm ?? []);
  expect(named).toMatchObject([{ name: "Swift", cap: 20 }]);
});

it("lists keys without their private halves, and warns of one that others may read", async () => {
  await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
  const [path = ""] = [...cli.files().keys()];
  chmodSync(path, 0o644);
  const { out } = await cli.run("keys", "list");
  expect(out).toContain("OTHERS MAY READ IT");
  const { d } = JSON.parse(readFileSync(path, "utf8"));
  expect(out + (await cli.run("keys", "list", "--json")).out).not.toContain(d);
  expect((await cli.run("doctor", "--json")).json()).toMatchObject({ healthy: false });
});

it("refuses a damaged key file and a use that the role does not have, in one sentence", async () => {
  const wrong = await cli.run("keys", "sub", "--use", "grant", ...carrier);
  expect([wrong.code, wrong.error]).toEqual([
    2,
    "vestibule: A carrier has no grant keys; it has dispatch and stop keys.\n",
  ]);
  const missing = await cli.run("keys", "keyset", "--root", "none.jwk");
  expect(missing.error).toMatch(/^vestibule: There is no key file .*none\.jwk.*\n$/);
});

it("shows examples in the help of every command and ends unknown ones with 2", async () => {
  for (const words of [["keys", "root"], ["badge", "invite"], ["import"], ["doctor"]]) {
    const { out, code } = await cli.run(...words, "--help");
    expect(out).toContain("Examples:\n  $ vestibule");
    expect(out).toContain("--json");
    expect(code).toBe(0);
  }
  expect((await cli.run("nonsense", "--json")).json()).toMatchObject({ error: { code: "usage" } });
  expect((await cli.run("nonsense")).code).toBe(2);
});

it("tells of a contractor's key when it itself ends, not when its keyset does", async () => {
  await cli.run("keys", "root", ...carrier);
  const contractor = ["--contractor", "Swift", "--until", "2026-11-25", "--cap", "20"];
  await cli.run("keys", "sub", "--use", "dispatch", ...carrier, ...contractor);
  await cli.run("keys", "keyset", "--root", "ups.example.carrier-root.jwk");
  const ends = Date.parse("2026-11-26T00:00:00Z") / 1_000;
  const { json } = await cli.run("keys", "list", "--json");
  expect(json()).toMatchObject({ keys: [{ certifiedUntil: ends }] });
});

it("gives no version away twice: a damaged keyset is told, not passed over", async () => {
  await cli.run("keys", "root", ...carrier);
  await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
  const root = ["--root", "ups.example.carrier-root.jwk"];
  await cli.run("keys", "keyset", ...root);
  const path = join(cli.folder, "data/keys/ups.example.carrier.keyset");
  writeFileSync(path, readFileSync(path, "utf8").slice(0, 200));
  const again = await cli.run("keys", "keyset", ...root, "--json");
  expect(again.json()).toMatchObject({ error: { code: "keyset-unreadable" } });
});

it("warns of a dispatch key that others may read before it signs with it", async () => {
  await cli.run("keys", "root", ...carrier);
  await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
  await cli.run("keys", "keyset", "--root", "ups.example.carrier-root.jwk");
  const list = ["import", "none.csv", "--host", "https://doors.example"];
  expect((await cli.run(...list)).error).not.toContain("chmod");
  for (const path of cli.files().keys()) chmodSync(path, 0o640);
  expect((await cli.run(...list)).error).toContain("chmod 600");
});

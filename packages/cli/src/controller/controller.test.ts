import { rmSync } from "node:fs";
import { join } from "node:path";
import { openBoxStore } from "@vestibule/controller";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld } from "@vestibule/core/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type TestCli, testCli } from "../testing/test-cli.ts";

let cli: TestCli;
beforeEach(() => {
  cli = testCli(() => 1_795_014_000);
});
afterEach(() => cli.remove());

const makeCard = () => cli.run("controller", "--new-claim", "box", "--json");

it("makes a box's card once: one that lies under a seal stays the one that counts", async () => {
  const first = await makeCard();
  expect(first.code).toBe(0);
  const files = [...cli.files()];
  const again = await makeCard();
  expect([again.code, again.json()]).toMatchObject([1, { error: { code: "claim-exists" } }]);
  expect([...cli.files()]).toEqual(files);
});

it("makes no card for a box that a building has adopted, and another for one that lost its card", async () => {
  await makeCard();
  rmSync(join(cli.folder, "box/claim.json"));
  expect((await makeCard()).code).toBe(0);
  rmSync(join(cli.folder, "box/claim.json"));
  const store = openBoxStore(nodeCrypto(), join(cli.folder, "box/box.sqlite"));
  const { policy } = await makeWorld();
  store.transaction((write) => {
    write({ kind: "policy", policy });
    write({ kind: "claimed", bld: policy.bld });
  });
  store.close();
  expect((await makeCard()).json()).toMatchObject({ error: { code: "claim-refused" } });
});

it("says what it needs where nothing is named", async () => {
  expect((await cli.run("controller")).code).toBe(2);
});

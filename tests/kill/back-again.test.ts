import { afterAll, beforeAll, expect, it } from "vitest";
import { openStreet, type Street } from "../system/street.ts";
import { until } from "../system/until.ts";

let street: Street;
beforeAll(async () => {
  street = await openStreet([{ ent: "street", kind: "street", sensing: "contact" }]);
});
afterAll(() => street?.close());

const holder = async () =>
  (await street.query("select process from vestibule.box_session"))[0]?.["process"];

it("a server that was killed and started again asks its dead self nothing before its box is welcome", async () => {
  const dead = await holder();
  const welcomes = street.proxy.welcomes();
  await street.server.killHard();
  street.proxy.cut();
  await street.server.ready();
  const readyAt = performance.now();
  await until(() => street.proxy.welcomes() > welcomes, "the box's welcome");
  process.stdout.write(
    `box back ${Math.round(performance.now() - readyAt)} ms after its server was\n`,
  );
  const letters = await street.query("select 1 from vestibule.process_message where process = $1", [
    dead,
  ]);
  // A question to the dead would still lie there: nobody takes it.
  expect(letters).toEqual([]);
  expect(await holder()).not.toBe(dead);
  const row = async () =>
    (await street.query("select 1 from vestibule.server_process where id = $1", [dead])).length;
  await until(async () => (await row()) === 0, "the dead process's row is gone");
});

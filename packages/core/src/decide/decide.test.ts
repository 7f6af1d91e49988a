import { expect, it } from "vitest";
import { makeWorld } from "../testing/index.ts";
import { decide } from "./decide.ts";

it("opens for the driver who tapped and holds a parcel that belongs there, and only once", async () => {
  const world = await makeWorld();
  const ticket = world.takeTicket();
  const proof = await world.prove(ticket);
  const request = await world.request(proof);
  const decision = decide(world.state, request, world.now);
  expect(decision).toMatchObject({
    kind: "open",
    ent: "street",
    pulseMs: 5_000,
    retry: false,
    parcels: [0],
  });
  if (decision.kind !== "open") return;
  world.box.memory.apply(decision.changes);
  expect(decide(world.state, request, world.now)).toMatchObject({
    kind: "refused",
    code: "proof-replayed",
  });
  const again = await world.request(await world.prove(world.takeTicket()));
  expect(decide(world.state, again, world.now)).toMatchObject({ kind: "open", retry: true });
});

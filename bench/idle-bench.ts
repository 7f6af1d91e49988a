import { type Child, startChild } from "./child.ts";
import { makeDistrict } from "./district.ts";
import { driverOrigin, openGround, publicUrl, startServerChild } from "./ground.ts";
import { layIdleBoxes, layRows } from "./lay-rows.ts";
import type { Plan } from "./plan.ts";
import { atLeast, atMost, type Section } from "./table.ts";

/** Connected first and not counted: what they make the process load and compile is not theirs. */
const warmers = 200;

/** Memory of a server process per box that is signed in and silent, against a bare `ws` server. */
export async function benchIdle({ quick }: Plan): Promise<readonly Section[]> {
  const count = quick ? 1_000 : 5_000;
  const ground = await openGround();
  const closers: (() => Promise<void>)[] = [ground.close];
  try {
    const clients = await startChild("idle-clients", { ask: "keys", count: warmers + count });
    closers.push(clients.end);
    const district = await makeDistrict({ sites: 1, drivers: 1, codes: 1 });
    await layRows(ground.superuserUrl, district, driverOrigin);
    const [site] = district.sites;
    if (site === undefined) throw new Error("a district without a site");
    const ctls = clients.started.keys();
    await layIdleBoxes(ground.superuserUrl, { ctls, site, at: district.at });
    const ours = await startServerChild(ground, district);
    closers.push(ours.child.end);
    const kbOurs = await perBox(clients, { ...ours, count });
    await clients.ask({ ask: "hang up" });
    const bare = await startChild("bare-sockets", {}, ["--expose-gc"]);
    closers.push(bare.end);
    const kbBare = await perBox(clients, {
      child: bare,
      port: bare.started.number("port"),
      count,
    });
    return [sectionOf({ count, kbOurs, kbBare })];
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

function sectionOf({
  count,
  kbOurs,
  kbBare,
}: {
  readonly count: number;
  readonly kbOurs: number;
  readonly kbBare: number;
}): Section {
  return {
    title: "Idle boxes in one server process",
    rows: [
      atLeast("idle: boxes connected and signed in", count, {
        bound: 5_000,
        unit: "",
        note: "a building each; limit: 20,000 open files a process on this machine",
      }),
      {
        name: "idle: resident memory per box",
        value: kbOurs,
        unit: "kB",
        note: "after a compacting garbage collection, as beside it; socket, session, building followed, its policy parsed once",
      },
      { name: "idle: resident memory per socket of a bare ws server", value: kbBare, unit: "kB" },
      atMost("idle: over the bare server", kbOurs / kbBare, { bound: 2, unit: "x" }),
    ],
  };
}

/** Resident kB that each of `count` more connections costs. */
async function perBox(
  clients: Child,
  { child, port, count }: { readonly child: Child; readonly port: number; readonly count: number },
): Promise<number> {
  const url = `ws://127.0.0.1:${port}/box`;
  const connect = async (from: number, more: number) => {
    await clients.ask({ ask: "connect", url, server: publicUrl, from, count: more });
    return settled(child);
  };
  const before = await connect(0, warmers);
  const after = await connect(warmers, count);
  return (after - before) / 1_024 / count;
}

/** Resident bytes once everything that follows a sign-in is done. */
async function settled(child: Child): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 5; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    least = Math.min(least, (await child.ask({ ask: "memory" })).number("rssBytes"));
  }
  return least;
}

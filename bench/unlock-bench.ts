import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild, treeCpuMs } from "./child.ts";
import { prepareUnlocks } from "./deliveries.ts";
import { type District, layBox, makeDistrict } from "./district.ts";
import {
  driverOrigin,
  type Ground,
  openGround,
  publicUrl,
  startServerChild,
  until,
} from "./ground.ts";
import { layRows } from "./lay-rows.ts";
import { type Landed, Load, type Shot } from "./load.ts";
import type { Plan } from "./plan.ts";
import { atLeast, median, percentile, type Row, type Section, spread } from "./table.ts";

const sites = 16;
const drivers = 32;

/** Unlocks through the whole system against a bare loop of the same hops, signatures and commits. */
export async function benchUnlocks({ quick }: Plan): Promise<readonly Section[]> {
  const perRun = quick ? 256 : 512;
  const repetitions = quick ? 2 : 5;
  const ground = await openGround();
  const closers: (() => Promise<void>)[] = [ground.close];
  try {
    const district = await makeDistrict({ sites, drivers, codes: 40 });
    const ours = await startOurs(ground, district, closers);
    const bare = await startBare(ground, closers, { name: "bare", connections: 1 });
    const grouped = await startBare(ground, closers, { name: "grouped", connections: 16 });
    // Both sides warm: compiled, connected, their tables begun.
    for (let warm = 0; warm < 2; warm += 1) {
      await ours.run({ count: perRun, inFlight: 16 });
      await bare.run({ count: perRun, inFlight: 16 });
      await grouped.run({ count: perRun, inFlight: 16 });
    }
    // As autovacuum would have by now: what is planned knows that the tables are no longer empty.
    await ground.query("vacuum analyze");
    const levels = new Map<number, Level>();
    for (const inFlight of [16, 64])
      levels.set(inFlight, { ours: [], bare: [], grouped: [], costs: [], bareCosts: [] });
    for (let repetition = 0; repetition < repetitions; repetition += 1)
      for (const [inFlight, level] of levels) {
        const run = { count: perRun, inFlight };
        const took = await ours.run(run);
        level.ours.push(perRun / took.seconds);
        level.costs.push(took.cost);
        const other = await bare.run(run);
        level.bare.push(perRun / other.seconds);
        level.bareCosts.push(other.cost);
        level.grouped.push(perRun / (await grouped.run(run)).seconds);
      }
    const rate = median(levels.get(16)?.ours ?? []) / 2;
    const sections = [throughput(levels, perRun)];
    sections.push(await latency(ours, { rate, rounds: quick ? 2 : 5, perRun }));
    return sections;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

interface Level {
  readonly ours: number[];
  /** Its commits one by one, as the bound asks. */
  readonly bare: number[];
  /** The same loop on as many connections as requests: PostgreSQL groups its commits. */
  readonly grouped: number[];
  readonly costs: Cost[];
  readonly bareCosts: Cost[];
}

/** Processor milliseconds per unlock, by process. */
interface Cost {
  readonly server: number;
  readonly boxes: number;
  readonly postgres: number;
  readonly load: number;
}

interface Run {
  readonly count: number;
  readonly inFlight: number;
}

interface Took {
  readonly seconds: number;
  readonly cost: Cost;
}

interface Side {
  readonly run: (run: Run) => Promise<Took>;
}

interface Ours extends Side {
  readonly prepare: (count: number) => Promise<readonly Shot[]>;
  readonly load: Load;
  readonly boxes: Child;
}

async function startOurs(
  ground: Ground,
  district: District,
  closers: (() => Promise<void>)[],
): Promise<Ours> {
  await layRows(ground.superuserUrl, district, driverOrigin);
  const { child: server, port } = await startServerChild(ground, district);
  closers.push(server.end);
  const folders = district.sites.map((site) => {
    const folder = join(ground.folder, `box-${site.index}`);
    layBox(folder, site);
    return folder;
  });
  const url = `ws://127.0.0.1:${port}/box`;
  const boxes = await startChild("boxes", { folders, url, server: publicUrl });
  closers.push(boxes.end);
  await until(async () => {
    const [row] = await ground.query("select count(*)::int as held from vestibule.box_session");
    return row?.["held"] === sites;
  });
  // Boxes take keysets once they have the time; before that a tap gets no ticket.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const load = new Load(port);
  closers.push(async () => load.end());
  const prepare = (count: number) => prepareUnlocks(load, district, count);
  const run = async ({ count, inFlight }: Run): Promise<Took> => {
    const shots = await prepare(count);
    const { took, landed } = await costed({ ground, server, boxes, count }, () =>
      load.closedLoop(shots, inFlight),
    );
    landed.forEach(confirmed);
    return took;
  };
  return { run, prepare, load, boxes };
}

async function startBare(
  ground: Ground,
  closers: (() => Promise<void>)[],
  { name, connections }: { readonly name: string; readonly connections: number },
): Promise<Side> {
  const databaseUrl = ground.superuserUrl;
  const server = await startChild("bare-server", { databaseUrl, connections });
  closers.push(server.end);
  const folder = join(ground.folder, name);
  mkdirSync(folder);
  const url = `ws://127.0.0.1:${server.started.number("port")}/box`;
  const boxes = await startChild("bare-boxes", { folder, url, count: sites });
  closers.push(boxes.end);
  const load = new Load(server.started.number("port"));
  closers.push(async () => load.end());
  const shot: Shot = {
    path: "/api/entrances/ent_00000000000000000000000000/unlocks",
    headers: {
      origin: driverOrigin,
      "content-type": "application/json",
      authorization: "x".repeat(50),
    },
    body: JSON.stringify({ proof: "x".repeat(1_300) }),
  };
  const run = async ({ count, inFlight }: Run): Promise<Took> => {
    const shots = Array.from({ length: count }, () => shot);
    const { took } = await costed({ ground, server, boxes, count }, () =>
      load.closedLoop(shots, inFlight),
    );
    return took;
  };
  return { run };
}

async function costed(
  {
    ground,
    server,
    boxes,
    count,
  }: {
    readonly ground: Ground;
    readonly server: Child;
    readonly boxes: Child;
    readonly count: number;
  },
  work: () => Promise<{ readonly seconds: number; readonly landed: readonly Landed[] }>,
) {
  const read = async () => ({
    server: (await server.ask({ ask: "usage" })).number("cpuMs"),
    boxes: (await boxes.ask({ ask: "usage" })).number("cpuMs"),
    postgres: treeCpuMs(ground.postgres.pid()),
    load: process.cpuUsage().user / 1_000 + process.cpuUsage().system / 1_000,
  });
  const before = await read();
  const { seconds, landed } = await work();
  const after = await read();
  const cost = {
    server: (after.server - before.server) / count,
    boxes: (after.boxes - before.boxes) / count,
    postgres: (after.postgres - before.postgres) / count,
    load: (after.load - before.load) / count,
  };
  return { took: { seconds, cost }, landed };
}

/** Checks an answer first: a fast refusal is no unlock. @returns the attempt's id. */
function confirmed({ status, body }: Landed): string {
  const { attempt }: { attempt?: { id?: string; stage?: string } } = JSON.parse(body);
  if (status !== 200 || attempt?.stage !== "confirmed" || attempt.id === undefined)
    throw new Error(`not confirmed: ${status} ${body.slice(0, 300)}`);
  return attempt.id;
}

function throughput(levels: ReadonlyMap<number, Level>, perRun: number): Section {
  const rows = [...levels].flatMap(
    ([inFlight, { ours, bare, grouped, costs, bareCosts }]): Row[] => {
      return [
        {
          name: `unlocks: confirmed, ${inFlight} in flight`,
          value: median(ours),
          unit: "/s",
          note: `limit: two cores; processor per unlock: ${spoken(costs)}`,
        },
        {
          name: `unlocks: bare loop, its commits one by one, ${inFlight} in flight`,
          value: median(bare),
          unit: "/s",
          note: `processor per unlock: ${spoken(bareCosts)}`,
        },
        atLeast(
          `unlocks: confirmed over bare loop, ${inFlight} in flight`,
          median(ours.map((rate, place) => rate / (bare[place] ?? Number.NaN))),
          { bound: 0.8, note: `${ours.length} interleaved triples of ${perRun}` },
        ),
        {
          name: `unlocks: bare loop on 16 connections, ${inFlight} in flight`,
          value: median(grouped),
          unit: "/s",
          note: "PostgreSQL groups these commits by itself; shown beside, not asked",
        },
        {
          name: `unlocks: confirmed over that loop, ${inFlight} in flight`,
          value: median(ours.map((rate, place) => rate / (grouped[place] ?? Number.NaN))),
          unit: "x",
        },
      ];
    },
  );
  return {
    title: "Unlocks through server and boxes",
    rows,
    noise: Math.max(...[...levels.values()].map(({ bare }) => spread(bare))),
  };
}

function spoken(costs: readonly Cost[]): string {
  const of = (side: keyof Cost) => `${median(costs.map((cost) => cost[side])).toFixed(2)} ms`;
  return `server ${of("server")}, boxes ${of("boxes")}, PostgreSQL ${of("postgres")}, load ${of("load")}`;
}

async function latency(
  ours: Ours,
  {
    rate,
    rounds,
    perRun,
  }: { readonly rate: number; readonly rounds: number; readonly perRun: number },
): Promise<Section> {
  const toRelease: number[] = [];
  const toAnswer: number[] = [];
  const medians: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const shots = await ours.prepare(perRun);
    await ours.boxes.ask({ ask: "released" });
    const landed = await ours.load.openLoop(shots, rate);
    const released = new Map((await ours.boxes.ask({ ask: "released" })).entries("released"));
    const times = landed.map((one) => {
      toAnswer.push(one.endedMs - one.scheduledMs);
      return (released.get(confirmed(one)) ?? Number.NaN) - one.scheduledMs;
    });
    if (times.some(Number.isNaN)) throw new Error("an unlock that no strike saw");
    toRelease.push(...times);
    medians.push(median(times));
  }
  const at = `${Math.round(rate)}/s`;
  const of = (values: readonly number[], share: number) => percentile(values, share);
  return {
    title: `Proof to release, open loop at ${at}, from the scheduled send`,
    noise: spread(medians),
    rows: [
      {
        name: "latency: arrival rate",
        value: rate,
        unit: "/s",
        note: "half of what 16 in flight gave",
      },
      {
        name: "latency: proof to release, p50",
        value: of(toRelease, 0.5),
        unit: "ms",
        note: `${toRelease.length} unlocks; limit: two commits (record, spend) and two verifications in a row`,
      },
      { name: "latency: proof to release, p99", value: of(toRelease, 0.99), unit: "ms" },
      {
        name: "latency: proof to release, p99.9",
        value: of(toRelease, 0.999),
        unit: "ms",
        note: "checkpoints, garbage collection, and neighbours on the two cores",
      },
      { name: "latency: proof to confirmed answer, p50", value: of(toAnswer, 0.5), unit: "ms" },
      { name: "latency: proof to confirmed answer, p99", value: of(toAnswer, 0.99), unit: "ms" },
    ],
  };
}

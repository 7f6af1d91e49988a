import type { RunningServer } from "@vestibule/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callAsBox } from "./call-as-box.ts";
import { makePlace, type Place, until } from "./place.ts";

let place: Place;
let host: RunningServer;
let second: RunningServer;
beforeAll(async () => {
  place = await makePlace();
  host = await place.startHost();
  second = await place.startHost();
});
afterAll(() => place?.close());

const query = async (sql: string, values: readonly unknown[] = []) =>
  (await place.superuser.query(sql, [...values])).rows;
const holder = async () => (await query("select process from vestibule.box_session"))[0]?.process;
const quarantined = async () =>
  (await query("select 1 from vestibule.controller where quarantined_at is not null")).length === 1;
/** The connection that holds a process's proof of life. */
const proofOf = async (process: string): Promise<number | undefined> => {
  const [row] = await query(
    `select pid from pg_locks where locktype = 'advisory' and objsubid = 1
     and (classid::bigint << 32) | objid::bigint = ('x' || $1)::bit(64)::bigint`,
    [process],
  );
  return row?.pid;
};

/** From now on no listener gets in, until the table is emptied; other connections are left alone. */
async function keepListenersOut(): Promise<void> {
  await query("create table public.closed ()");
  await query(`create function public.refuse_listener() returns event_trigger
    language plpgsql security definer as $$ begin
      if current_setting('application_name') = 'vestibule listener'
        and exists (select from public.closed) then raise exception 'closed'; end if;
    end $$`);
  await query("create event trigger refuse_listener on login execute function refuse_listener()");
  await query("insert into public.closed default values");
}

describe("a process that lost its proof of life and lives", () => {
  it("is taken for dead, and finds the twin of its box as soon as it returns", async () => {
    const first = await callAsBox(place, host);
    const process = await holder();
    const proof = await proofOf(process);
    expect(proof).toBeGreaterThan(0);
    await keepListenersOut();
    await query("select pg_terminate_backend($1)", [proof]);
    await until(async () => (await proofOf(process)) === undefined);
    const twin = await callAsBox(place, second);
    expect(await holder()).not.toBe(process);
    expect(await quarantined()).toBe(false);
    await query("truncate public.closed");
    await until(quarantined);
    expect(await proofOf(process)).toBeGreaterThan(0);
    for (const { socket, closed } of [first, twin]) {
      socket.close();
      await closed;
    }
  });
});

describe("rows that a database lost in a crash", () => {
  it("are written again by the process that holds the boxes", async () => {
    await query("update vestibule.controller set quarantined_at = null");
    const box = await callAsBox(place, host);
    const process = await holder();
    await query("truncate vestibule.box_session, vestibule.server_process");
    await query("select pg_terminate_backend($1)", [await proofOf(process)]);
    await until(async () => (await holder()) === process);
    const known = await query("select id from vestibule.server_process");
    await until(async () => known.some(({ id }) => id === process) || (await lives(process)));
    box.socket.close();
    await box.closed;
  });
});

const lives = async (process: string) =>
  (await query("select 1 from vestibule.server_process where id = $1", [process])).length === 1;

import { join } from "node:path";
import { hashText, utf8 } from "@vestibule/core";
import { generateSigner, nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { answerEnrolment, createClient, readEnrolmentLink } from "@vestibule/sdk";
import { readKey } from "../keys/key-file.ts";
import { type FakeHost, startFakeHost } from "./fake-host.ts";
import { type TestCli, testCli } from "./test-cli.ts";

/** A carrier, a vetter, a driver and a building, all made by the commands themselves. */
export interface CarrierDesk {
  readonly cli: TestCli;
  readonly host: FakeHost;
  readonly world: World;
  readonly bld: string;
  readonly car: string;
  readonly handset: ReturnType<typeof generateSigner>;
  readonly close: () => Promise<void>;
}

/** The address under which the desk's host lists the building. */
export const deskAddress = "12 Linden St., Brooklyn";

/** Sets everything up to the point where a manifest can be imported. */
export async function openDesk(nowS: () => number): Promise<CarrierDesk> {
  const host = await startFakeHost();
  const cli = testCli(nowS);
  const root = (name: string) => join(cli.folder, name);
  await cli.run(
    "keys",
    "root",
    "--role",
    "carrier",
    "--domain",
    "ups.example",
    "--out",
    root("c.jwk"),
  );
  await cli.run(
    "keys",
    "root",
    "--role",
    "vetter",
    "--domain",
    "clearance.example",
    "--out",
    root("v.jwk"),
  );
  const carrier = ["--role", "carrier", "--domain", "ups.example"];
  await cli.run("keys", "sub", "--use", "dispatch", ...carrier);
  await cli.run(
    "keys",
    "sub",
    "--use",
    "badge",
    "--role",
    "vetter",
    "--domain",
    "clearance.example",
  );
  await cli.run("keys", "keyset", "--root", root("c.jwk"), "--host", host.origin);
  await cli.run("keys", "keyset", "--root", root("v.jwk"), "--host", host.origin);
  const car = readKey(root("c.jwk")).kid;
  const clr = readKey(root("v.jwk")).kid;
  const world = await makeWorld({
    at: nowS(),
    policy: (policy) => ({
      ...policy,
      carriers: policy.carriers.map((terms) => ({
        ...terms,
        root: car,
        clearance: [{ domain: "clearance.example", root: clr }],
        schedule: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 1_440 }],
      })),
    }),
  });
  const { bld, text: policy } = world.policy;
  const found = { bld, name: "12 Linden Street", address: deskAddress, policy };
  host.directory.set(deskAddress, [found]);
  host.directory.set("LINDEN-12", [found]);
  const handset = await enrol({ cli, host, car, nowS });
  const close = async () => {
    cli.remove();
    await host.close();
  };
  return { cli, host, world, bld, car, handset, close };
}

async function enrol({
  cli,
  host,
  car,
  nowS,
}: Pick<CarrierDesk, "cli" | "host" | "car"> & { readonly nowS: () => number }) {
  const until = new Date((nowS() + 60 * 86_400) * 1_000).toISOString().slice(0, 10);
  const link = ["--host", host.origin, "--driver", "https://driver.example", "--car", car];
  const invited = await cli.run(
    ...["badge", "invite", ...link, "--cleared-until", until, "--label", "Dana", "--json"],
  );
  const url = new URL(String(Reflect.get(Object(invited.json()), "url")));
  const read = readEnrolmentLink(url.hash);
  if (read === undefined) throw new Error(`no link: ${invited.error}`);
  const handset = generateSigner("ES256");
  const answer = await answerEnrolment(nodeCrypto(), read, {
    signer: handset,
    consent: "driver-2026-11",
  });
  await createClient({ origin: host.origin }).carrier.answerEnrolment(answer);
  const issued = await cli.run("badge", "issue");
  if (issued.code !== 0) throw new Error(`no badge: ${issued.out}${issued.error}`);
  return handset;
}

/** A fresh hash, for a building that is not this one. */
export const otherHash = (text: string): string => hashText(nodeCrypto(), utf8(text));

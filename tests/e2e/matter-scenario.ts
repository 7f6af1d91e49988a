/**
 * What the test runs inside a network namespace: the demo with one Matter lock, and a browser whose
 * camera films a label. Prints one JSON line: what the lock, the phone and the console showed.
 */
import { readFileSync } from "node:fs";
import { demoPlace, runDemo } from "./demo-process.ts";
import { until } from "./machine.ts";
import { enrol, newPhone, startCamera, tapSticker } from "./phone.ts";
import { descendantsOf } from "./processes.ts";
import { streetClient } from "./street-client.ts";

const seen: string[] = [];
let heading: string | null = null;
let watch: ReturnType<typeof watchDoor> | undefined;
const place = await demoPlace();
const demo = runDemo([...place.words, "--matter"]);
const camera = await startCamera();
try {
  const ready = await demo.ready();
  const street = streetClient(place.port);
  const lock = ready.pids.get("lock house-4-street");
  const commands = descendantsOf(demo.pid).map(({ command }) => command);
  const virtual = commands.filter((command) => command.includes("strikes/virtual/main.ts"));

  const phone = await newPhone(camera.browser);
  const { parcels } = await enrol(phone, street);
  const parcel = parcels.find(({ address }) => address.startsWith("4 "));
  if (parcel === undefined) throw new Error("no parcel for number 4");

  const manager = await (await newPhone(camera.browser)).newPage();
  await manager.setViewportSize({ width: 1280, height: 900 });
  await manager.goto((await street.links()).console);
  await manager.getByRole("link", { name: "4 Linden Street" }).first().click();
  await manager.getByText("Nobody has come yet").waitFor();
  await manager.getByText("Live", { exact: true }).waitFor();

  watch = watchDoor(() => street.doorState("house-4-street"));
  await camera.hold(parcel);
  let page = await tapSticker(phone, await street.tap("house-4"));
  const outcome = () =>
    page.locator("h1", { hasText: /open|Released|Not opened|No word|offline/ }).textContent();
  heading = await outcome();
  // Where a busy machine takes more than a driver's 3 s, the label is tried again, as a driver does.
  for (let again = 0; again < 2 && heading === "No word from the door"; again += 1) {
    await street.doorReaches("house-4-street", "locked");
    await page.getByRole("button", { name: "Tap again" }).click();
    page = await tapSticker(phone, await street.tap("house-4"));
    heading = await outcome();
  }
  const line = manager.locator(".c-attempts > li").first();
  await line.waitFor();
  const told = await until("the console's last stage", async () => {
    const text = (await line.textContent()) ?? "";
    return text.includes("Confirmed: done") ? text : undefined;
  });
  await until("the lock to lock again", () =>
    seen.includes("open") && seen.at(-1) === "locked" ? true : undefined,
  );
  say({
    heading,
    seen,
    console: told.includes("metro-couriers.example") && told.includes("Confirmed: done"),
    lockProcess: lock !== undefined && lock !== demo.pid && isLock(lock),
    virtualStrikes: virtual.length,
    readySeconds: ready.seconds,
  });
} catch (error) {
  const failed = error instanceof Error ? error.message : String(error);
  say({ failed, heading, seen, demo: demo.stderr() });
  process.exitCode = 1;
} finally {
  watch?.stop();
  await camera.close();
  await demo.stop();
  place.remove();
}

/** Notes each change of a door that the lock's own lines brought to the street. */
function watchDoor(look: () => Promise<string>): { readonly stop: () => void } {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .then((state) => {
        if (seen.at(-1) !== state) seen.push(state);
      })
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, 50);
  return { stop: () => clearInterval(timer) };
}

function isLock(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("strikes/matter/lock.ts");
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

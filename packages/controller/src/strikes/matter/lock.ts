import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Endpoint, Environment, Logger, ServerNode } from "@matter/main";
import { DoorLockServer } from "@matter/main/behaviors/door-lock";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { DoorLockDevice } from "@matter/main/devices/door-lock";
import { judgeTimedWindowByClock } from "./timed-window.ts";

const usage = `A virtual Matter door lock, for tests and for "npm start -- --matter". Never for a real door.

  lock.ts --interface v0 --folder FOLDER [--port 5540] [--passcode 20202021]
          [--discriminator 3840] [--contact] [--auto-open AFTER_MS,OPEN_FOR_MS] [--tied]

  --interface  a network interface with multicast (loopback does not do: see docs/matter.md)
  --folder     where the lock keeps its fabric (matter.js claims the word "storage" for itself)
  --contact    the lock has a door position sensor
  --auto-open  somebody pulls the door at every unlock, e.g. 700,2500 (with --contact)
  --tied       end when standard input ends; lines "open" and "close" move the door

Prints JSON lines: {"ready":true,"pid":1}, {"lock":"unlocked","atMs":1}, {"door":"open","atMs":2};
atMs is the wall clock.
`;

const { values } = parseArgs({
  options: {
    interface: { type: "string" },
    folder: { type: "string" },
    port: { type: "string", default: "5540" },
    passcode: { type: "string", default: "20202021" },
    discriminator: { type: "string", default: "3840" },
    contact: { type: "boolean", default: false },
    "auto-open": { type: "string" },
    tied: { type: "boolean", default: false },
  },
});

/** Starts the lock; ends with the process. */
async function main(networkInterface: string, storage: string): Promise<void> {
  Logger.level = "error";
  judgeTimedWindowByClock();
  Environment.default.vars.set("mdns.networkinterface", networkInterface);
  Environment.default.vars.set("storage.path", storage);
  const node = await ServerNode.create({
    id: "lock",
    network: { port: Number(values.port) },
    commissioning: {
      passcode: Number(values.passcode),
      discriminator: Number(values.discriminator),
    },
  });
  const doorLock = {
    lockState: DoorLock.LockState.Locked,
    lockType: DoorLock.LockType.Other,
    actuatorEnabled: true,
    operatingMode: DoorLock.OperatingMode.Normal,
    requirePinforRemoteOperation: true,
    numberOfTotalUsersSupported: 4,
    numberOfPinUsersSupported: 4,
    numberOfCredentialsSupportedPerUser: 2,
    minPinCodeLength: 4,
    maxPinCodeLength: 8,
    wrongCodeEntryLimit: 5,
    userCodeTemporaryDisableTime: 10,
  };
  const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const told = (state: unknown) => {
    const lock = state === DoorLock.LockState.Locked ? "locked" : "unlocked";
    say({ lock, atMs: Date.now() });
  };
  const withPin = ["PinCredential", "User", "CredentialOverTheAirAccess"] as const;
  let setDoor = async (_open: boolean): Promise<void> => undefined;
  if (values.contact) {
    const lock = new Endpoint(
      DoorLockDevice.with(DoorLockServer.with(...withPin, "DoorPositionSensor")),
      { id: "lock", doorLock: { ...doorLock, doorState: DoorLock.DoorState.DoorClosed } },
    );
    await node.add(lock);
    setDoor = async (open) => {
      const { DoorClosed, DoorOpen } = DoorLock.DoorState;
      await lock.set({ doorLock: { doorState: open ? DoorOpen : DoorClosed } });
      say({ door: open ? "open" : "closed", atMs: Date.now() });
    };
    lock.events.doorLock.lockState$Changed.on((state) => {
      told(state);
      if (state === DoorLock.LockState.Unlocked) pullDoor(setDoor);
    });
  } else {
    const lock = new Endpoint(DoorLockDevice.with(DoorLockServer.with(...withPin)), {
      id: "lock",
      doorLock,
    });
    await node.add(lock);
    lock.events.doorLock.lockState$Changed.on(told);
  }
  await node.start();
  if (values.tied) {
    createInterface({ input: process.stdin })
      .on("line", (line) => void setDoor(line === "open"))
      .on("close", () => process.exit(0));
  }
  say({ ready: true, pid: process.pid });
}

function pullDoor(setDoor: (open: boolean) => Promise<void>): void {
  const [, after, openFor] = /^(\d{1,5}),([1-9]\d{0,6})$/.exec(values["auto-open"] ?? "") ?? [];
  if (after === undefined || openFor === undefined) return;
  setTimeout(() => void setDoor(true), Number(after));
  setTimeout(() => void setDoor(false), Number(after) + Number(openFor));
}

if (values.interface === undefined || values.folder === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  await main(values.interface, values.folder);
}

import { Environment, Logger, Millis, Seconds, ServerNode } from "@matter/main";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { ControllerBehavior, LocalActorContext } from "@matter/main/node";
import { Invoke, Read } from "@matter/main/protocol";
import { EndpointNumber } from "@matter/main/types";

/** What a Matter lock says when it is read. `doorOpen` is undefined without a position sensor. */
export interface MatterLockState {
  readonly locked: boolean;
  readonly doorOpen: boolean | undefined;
}

/** One commissioned Matter lock: the only place where this package touches matter.js to drive. */
export interface MatterLock {
  /** Throws when the lock did not answer within `withinMs`. */
  readonly read: (withinMs: number) => Promise<MatterLockState>;
  /**
   * One `UnlockWithTimeout` for whole seconds. True = the lock took it, false = it refused it.
   * Throws when given up; then, and always, nothing executes later than `fireWithinMs` from now.
   */
  readonly unlockFor: (seconds: number, fireWithinMs: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export interface MatterLockOptions {
  /** A folder for the fabric's keys and the lock's address; kept between runs. */
  readonly storage: string;
  /** The interface that the lock is reached by; it must carry multicast. */
  readonly networkInterface: string;
  readonly udpPort: number;
  readonly passcode: number;
  readonly discriminator: number;
  /** 4 to 8 digits; set as the lock's first user's credential when it is commissioned. */
  readonly pin: string;
  readonly endpoint: number;
  readonly commissionWithinMs: number;
  /** Test locks have no attestation that anybody vouches for. */
  readonly acceptAnyAttestation: boolean;
}

/** Opens the lock of this storage, commissioning it when the storage has none yet. */
export async function openMatterLock(options: MatterLockOptions): Promise<MatterLock> {
  Logger.level = "fatal";
  Environment.default.vars.set("mdns.networkinterface", options.networkInterface);
  Environment.default.vars.set("storage.path", options.storage);
  const node = await ServerNode.create(ServerNode.RootEndpoint.with(ControllerBehavior), {
    id: "controller",
    network: { port: options.udpPort },
    controller: { adminFabricLabel: "vestibule" },
    commissioning: { enabled: false },
  });
  try {
    await node.start();
    const known = [...node.peers].find((peer) => peer.lifecycle.isCommissioned);
    const peer = known ?? (await commission(node, options));
    const lock = driveLock(peer, node, options);
    if (known === undefined) await lock.setPin();
    return lock;
  } catch (error) {
    await node.close();
    throw error;
  }
}

type Controller = ServerNode<typeof ServerNode.RootEndpoint>;
type Peer = Awaited<ReturnType<typeof commission>>;

async function commission(node: Pick<Controller, "peers">, options: MatterLockOptions) {
  return await node.peers.commission({
    passcode: options.passcode,
    discriminator: options.discriminator,
    timeout: Millis(options.commissionWithinMs),
    // Reports of a lock that was away are not dependable: its state is read instead.
    autoSubscribe: false,
    onAttestationFailure: () => options.acceptAnyAttestation,
  });
}

function driveLock(
  peer: Peer,
  node: { readonly close: () => Promise<void> },
  options: MatterLockOptions,
): MatterLock & { readonly setPin: () => Promise<void> } {
  const endpoint = EndpointNumber(options.endpoint);
  const pin = new TextEncoder().encode(options.pin);
  return {
    read: async (withinMs) => {
      const request = Read(
        Read.Attribute({ endpoint, cluster: DoorLock, attributes: ["lockState", "doorState"] }),
      );
      let lockState: unknown;
      let doorState: unknown;
      await bounded(withinMs, async (limits) => {
        for await (const chunk of peer.interaction.read(request, limits)) {
          for await (const report of chunk) {
            if (report.kind !== "attr-value") continue;
            if (report.path.attributeId === 0) lockState = report.value;
            if (report.path.attributeId === 3) doorState = report.value;
          }
        }
      });
      if (typeof lockState !== "number") throw new Error("the lock does not know its state");
      const doorOpen =
        typeof doorState === "number" ? doorState !== DoorLock.DoorState.DoorClosed : undefined;
      return { locked: lockState === DoorLock.LockState.Locked, doorOpen };
    },
    unlockFor: async (seconds, fireWithinMs) => {
      const unlock = Invoke.ConcreteCommandRequest({
        endpoint,
        cluster: DoorLock,
        command: "unlockWithTimeout",
        fields: { timeout: seconds, pinCode: pin },
      });
      // The lock grants half the time, counted from its own receipt of our announcement, and we
      // send the command only while the other half runs: so it is done in time or never.
      const halfMs = Math.max(1, Math.floor(fireWithinMs / 2));
      const request = Invoke({ commands: [unlock], timed: true, timeout: Millis(halfMs) });
      const statuses = await invoke(peer, request, halfMs);
      return statuses.length === 1 && statuses[0] === 0;
    },
    setPin: async () => {
      const setUser = Invoke.ConcreteCommandRequest({
        endpoint,
        cluster: DoorLock,
        command: "setUser",
        fields: {
          operationType: DoorLock.DataOperationType.Add,
          userIndex: 1,
          userName: null,
          userUniqueId: null,
          userStatus: null,
          userType: null,
          credentialRule: null,
        },
      });
      const setCredential = Invoke.ConcreteCommandRequest({
        endpoint,
        cluster: DoorLock,
        command: "setCredential",
        fields: {
          operationType: DoorLock.DataOperationType.Add,
          credential: { credentialType: DoorLock.CredentialType.Pin, credentialIndex: 1 },
          credentialData: pin,
          userIndex: 1,
          userStatus: null,
          userType: null,
        },
      });
      for (const command of [setUser, setCredential]) {
        const request = Invoke({ commands: [command], timed: true, timeout: Seconds(5) });
        const statuses = await invoke(peer, request, 10_000);
        if (statuses[0] !== 0) throw new Error("the lock takes no PIN from this controller");
      }
    },
    close: () => node.close(),
  };
}

/** The status of each command of one request; of a response with data, the `status` in it. */
async function invoke(peer: Peer, request: Invoke, withinMs: number): Promise<readonly unknown[]> {
  const statuses: unknown[] = [];
  await bounded(withinMs, async (limits) => {
    for await (const chunk of peer.interaction.invoke(request, limits)) {
      for (const answer of chunk) {
        if (answer.kind === "cmd-status") statuses.push(answer.status);
        else if (
          typeof answer.data === "object" &&
          answer.data !== null &&
          "status" in answer.data
        ) {
          statuses.push(answer.data.status);
        }
      }
    }
  });
  return statuses;
}

/** Runs an interaction that matter.js aborts, connecting included, after `withinMs`. */
async function bounded(
  withinMs: number,
  interact: (limits: LocalActorContext) => Promise<void>,
): Promise<void> {
  const options = { abort: AbortSignal.timeout(withinMs), connectionTimeout: Millis(withinMs) };
  await LocalActorContext.act("vestibule", interact, options);
}

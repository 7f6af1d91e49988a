import { connectStrike, type StrikeAddress } from "./strike-connection.ts";
import type { AutoOpen, PersonAct, SwitchableFault } from "./strike-state.ts";
import type { FromStrike } from "./wire.ts";

/** The truth at a virtual door, for the street's picture and for tests; no box ever sees it. */
export type DoorLook = Omit<Extract<FromStrike, { t: "door" }>, "t">;

/** The simulated world around a virtual strike: its faults and its people, not its release. */
export interface VirtualDoor {
  readonly connected: () => boolean;
  readonly switchFault: (fault: SwitchableFault, on: boolean) => void;
  readonly act: (act: PersonAct) => void;
  /** Who pulls the door at a release from now on; undefined = nobody. */
  readonly setPeople: (autoOpen: AutoOpen | undefined) => void;
  /** How the door is now, and at each change, until the returned function is called. */
  readonly subscribe: (listener: (look: DoorLook) => void) => () => void;
  readonly close: () => void;
}

/** Connects to a virtual strike in the role `control`; the key is `strikeKey(secret, "control")`. */
export function virtualDoor(address: StrikeAddress): VirtualDoor {
  const listeners = new Set<(look: DoorLook) => void>();
  let last: DoorLook | undefined;
  const tell = (look: DoorLook) => {
    last = look;
    for (const listener of [...listeners]) listener(look);
  };
  const connection = connectStrike("control", address, {
    // How the door is now, also after a reconnect: nothing may have changed since.
    hello: ({ released, door, standing }) => {
      tell({ released, door, held: false, faults: [...standing] });
    },
    lost: () => undefined,
    message: (message) => {
      if (message.t !== "door") return;
      const { t: _, ...look } = message;
      tell(look);
    },
  });
  return {
    connected: connection.connected,
    switchFault: (fault, on) => connection.send({ t: "fault", fault, on }),
    act: (act) => connection.send({ t: "person", act }),
    setPeople: (autoOpen) =>
      connection.send(autoOpen === undefined ? { t: "people" } : { t: "people", autoOpen }),
    subscribe: (listener) => {
      listeners.add(listener);
      if (last !== undefined) listener(last);
      return () => listeners.delete(listener);
    },
    close: connection.close,
  };
}

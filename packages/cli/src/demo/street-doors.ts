import type { DoorLook, VirtualDoor } from "@vestibule/controller";

/** What the street draws of a door. */
export type DoorState = "locked" | "released" | "open" | "held" | "jammed" | "offline" | "unknown";

/** A door of the street with its strike's control channel. */
export interface StreetDoor {
  readonly id: string;
  readonly label: string;
  readonly kind: "street" | "lobby";
  readonly sensing: "contact" | "current" | "none";
  /** A Matter lock has no switch for faults. */
  readonly strike: "virtual" | "matter";
  readonly door: VirtualDoor;
}

/** Follows the truth at every virtual door; only the picture sees it, no box and no server. */
export class StreetDoors {
  readonly #doors: ReadonlyMap<string, StreetDoor>;
  readonly #looks = new Map<string, DoorLook>();
  readonly #listeners = new Set<
    (change: { readonly doorId: string; readonly state: DoorState; readonly at: string }) => void
  >();

  constructor(doors: readonly StreetDoor[]) {
    this.#doors = new Map(doors.map((door) => [door.id, door]));
    for (const { id, door } of doors) {
      door.subscribe((look) => {
        this.#looks.set(id, look);
        const change = { doorId: id, state: this.stateOf(id), at: new Date().toISOString() };
        for (const listener of this.#listeners) listener(change);
      });
    }
  }

  stateOf(id: string): DoorState {
    const door = this.#doors.get(id);
    const look = this.#looks.get(id);
    if (door === undefined || !door.door.connected()) return "offline";
    if (look === undefined) return "unknown";
    if (look.door === "open") return look.held ? "held" : "open";
    if (look.faults.includes("jammed")) return "jammed";
    return look.released ? "released" : "locked";
  }

  /** What is switched wrong at a door's strike, the first of several. */
  faultOf(id: string): string {
    return this.#looks.get(id)?.faults[0] ?? "none";
  }

  find(id: string): StreetDoor | undefined {
    return this.#doors.get(id);
  }

  watch(
    listener: (change: {
      readonly doorId: string;
      readonly state: DoorState;
      readonly at: string;
    }) => void,
  ): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

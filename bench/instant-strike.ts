import type { Strike } from "@vestibule/controller";

/**
 * A virtual strike without time: released, pulled open, shut and locked in the instant of the pulse, so
 * that what is measured is the box and not a door.
 */
export function instantStrike(onRelease: (pulseId: string) => void): Strike {
  const listeners = new Set<Parameters<Strike["subscribe"]>[0]>();
  return {
    sensing: "contact",
    healthy: () => true,
    release: async ({ pulseId }) => {
      onRelease(pulseId);
      for (const listener of listeners) {
        listener({ kind: "released", pulseId });
        listener({ kind: "opened" });
        listener({ kind: "closed" });
        listener({ kind: "locked", pulseId });
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
}

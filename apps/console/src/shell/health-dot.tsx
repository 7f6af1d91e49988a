import { defineMessages } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { Door } from "../api/buildings.ts";
import { useWords } from "../setting.tsx";

const words = defineMessages(
  {
    online: "box on the line",
    silent: "box silent",
    fault: "strike fault",
    waiting: "box not adopted",
  },
  {
    online: "caja conectada",
    silent: "caja en silencio",
    fault: "fallo de la cerradura",
    waiting: "caja sin adoptar",
  },
);

/** How a door's box is, in one word. */
export function healthOf(door: Door): keyof ReturnType<typeof words> {
  if (door.strike === "fault" || door.quarantined === true) return "fault";
  if (door.adopted === false) return "waiting";
  return door.online ? "online" : "silent";
}

/** The same as a shape: a full stud, a ring, a square, a dashed ring; with its word for screen readers. */
export function HealthDot({ door }: { readonly door: Door }): ReactElement {
  const said = useWords(words);
  const health = healthOf(door);
  return (
    <>
      <svg
        className={`c-dot c-dot--${health}`}
        viewBox="0 0 12 12"
        width="12"
        height="12"
        aria-hidden="true"
      >
        {health === "fault" ? (
          <path d="M1 1h10v10H1z" />
        ) : (
          <circle cx="6" cy="6" r={health === "online" ? 5 : 4} />
        )}
      </svg>
      <span className="v-unseen">{said[health]}: </span>
    </>
  );
}

import type { ReactElement } from "react";
import "./skeleton.css";

const lineNames = ["first", "second", "third", "fourth", "fifth", "sixth"] as const;

interface SkeletonProps {
  /** Said to screen readers while the lines wait. */
  readonly label: string;
  /** At most six. */
  readonly lines?: number;
}

/** Keeps the layout while data comes. Invisible for the first 300 ms: a quick answer shows no flicker. */
export function Skeleton({ label, lines = 3 }: SkeletonProps): ReactElement {
  return (
    <div className="v-skeleton" role="status">
      <span className="v-unseen">{label}</span>
      {lineNames.slice(0, lines).map((name) => (
        <span key={name} className="v-skeleton__line" aria-hidden="true" />
      ))}
    </div>
  );
}

import type { ReactElement } from "react";

interface MarkProps {
  /** Read aloud; without it the mark is decoration beside its name. */
  readonly label?: string;
  readonly size?: number;
}

/** The Vestibule mark: an open doorway seen as two nested rectangles, and one stud. */
export function Mark({ label, size = 32 }: MarkProps): ReactElement {
  const art = (
    <>
      <g fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinejoin="round">
        <path d="M7 3.5h18v25H7z" />
        <path d="M11.5 8.5h9v20h-9z" />
      </g>
      <circle cx="17.6" cy="19" r="1.9" fill="currentColor" />
    </>
  );
  if (label === undefined) {
    return (
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
        {art}
      </svg>
    );
  }
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} role="img" aria-label={label}>
      {art}
    </svg>
  );
}

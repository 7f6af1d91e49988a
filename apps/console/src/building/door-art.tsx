import type { ReactElement } from "react";

/**
 * A front door as a sign, not as a reading: shut, unless its box says that it is held open. Whether a
 * door stands open at other moments the host does not know, so nothing here moves.
 */
export function DoorArt({ isHeld }: { readonly isHeld: boolean }): ReactElement {
  return (
    <svg className="c-door__art" viewBox="0 0 68 92" aria-hidden="true">
      <path
        d="M4 90V16a12 12 0 0 1 12-12h36a12 12 0 0 1 12 12v74"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
      />
      {isHeld ? (
        <path d="M12 90V20l24 8v66z" fill="currentColor" />
      ) : (
        <>
          <path d="M12 90V17a5 5 0 0 1 5-5h34a5 5 0 0 1 5 5v73z" fill="currentColor" />
          <path
            d="M20 22h12v24H20zM36 22h12v24H36zM20 54h12v26H20zM36 54h12v26H36z"
            fill="none"
            stroke="var(--v-raised)"
            strokeWidth="1.6"
            opacity="0.75"
          />
          <circle cx="51" cy="52" r="2.4" fill="var(--v-accent)" />
        </>
      )}
      <path d="M0 90.500h68" stroke="var(--v-edge)" strokeWidth="3" />
    </svg>
  );
}

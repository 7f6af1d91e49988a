/** What one look at the machine found. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "fault";
  readonly found: string;
  /** What to do; empty where nothing is to be done. */
  readonly mend: string;
}

/** Nothing is wrong. */
export function fine(name: string, found: string): Check {
  return { name, state: "ok", found, mend: "" };
}

/** Something is, or may be, wrong. */
export function bad(
  name: string,
  state: "warning" | "fault",
  { found, mend }: { readonly found: string; readonly mend: string },
): Check {
  return { name, state, found, mend };
}

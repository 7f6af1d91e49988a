/**
 * A reason why the server cannot start or go on, in one sentence for the person at the terminal
 * that names the way out. Never a stack trace's worth of words; the cause keeps those.
 */
export class StartFault extends Error {
  override readonly name = "StartFault";
}

/** The system's error code (`EACCES`, `ENOENT`, ...) of something caught, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

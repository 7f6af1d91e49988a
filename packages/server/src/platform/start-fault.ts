/**
 * A reason why the server cannot start or go on, in one sentence for the person at the terminal
 * that names the way out. Never a stack trace's worth of words; the cause keeps those.
 */
export class StartFault extends Error {
  override readonly name = "StartFault";
  /** It may pass by itself: what stands in the way is on its way out. */
  readonly passes: boolean;
  constructor(message: string, options: { cause?: unknown; passes?: boolean } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.passes = options.passes ?? false;
  }
}

/** The system's error code (`EACCES`, `ENOENT`, ...) of something caught, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** What a script sees of how a command ended. */
export const exitCodes = {
  /** Everything was done. */
  done: 0,
  /** Nothing, or not the main thing, was done. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** Done in part: the report says what was left. */
  partly: 3,
} as const;
/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A reason to stop, in one sentence for the person at the terminal that names the way out. */
export class CliFault extends Error {
  override readonly name = "CliFault";
  /** Stable, for scripts. */
  readonly code: string;
  readonly exitCode: ExitCode;
  constructor(
    code: string,
    message: string,
    { exitCode = exitCodes.failed, cause }: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}

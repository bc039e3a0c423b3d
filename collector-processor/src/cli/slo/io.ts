/** Where a command writes; `process` is one. */
export interface CliIo {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** Exit codes of every `slo` subcommand. */
export const EXIT = { ok: 0, problems: 1, usage: 2 } as const;

/** A mistake in how the command was called: printed with a hint, exit code 2. */
export class UsageError extends Error {}

/** Something outside does not do what was asked of it: printed, exit code 1. */
export class UnavailableError extends Error {}

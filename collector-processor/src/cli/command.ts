import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Where a command reads its environment and writes; `process` is one. */
export interface Io {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  env: Readonly<Record<string, string | undefined>>;
}

/** Runs a command and answers its exit code: 0, 1 when it failed, 2 for wrong usage. */
export type Command = (argv: string[], io: Io) => Promise<number>;

/** A mistake in how the command was called: exit code 2. */
export class UsageError extends Error {}

/** The command could not do its work, for a reason that its message says: exit code 1 unless it says otherwise. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** A command from its help (whose first line is `Usage: …`), its options and what it does with them. */
export function command<const O extends Options>(
  name: string,
  help: string,
  options: O,
  act: (parsed: Parsed<O>, io: Io) => Promise<number>,
): Command {
  return async (argv, io) => {
    if (argv.includes('--help') || argv.includes('-h')) {
      io.stdout.write(help);
      return 0;
    }
    try {
      return await act(parseArgs({ args: argv, options, allowPositionals: true }), io);
    } catch (error) {
      if (isUsageError(error)) {
        io.stderr.write(`cnapp ${name}: ${error.message}\nTry: cnapp ${name} --help\n`);
        return 2;
      }
      if (!(error instanceof CommandError)) throw error;
      io.stderr.write(`cnapp ${name}: ${error.message}\n`);
      return error.exitCode;
    }
  };
}

/** Ours, or parseArgs' complaint. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

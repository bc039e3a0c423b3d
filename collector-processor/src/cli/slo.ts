/** `cnapp slo compile|check`: the SLO compiler on the command line. */
import { runCheck } from './slo/check.ts';
import { runCompile } from './slo/compile.ts';
import { type CliIo, EXIT, UsageError } from './slo/io.ts';

const commands: Record<string, (argv: string[], io: CliIo) => Promise<number>> = {
  compile: runCompile,
  check: runCheck,
};

const help = `Usage: cnapp slo COMMAND

  compile IN... --out DIR   Prometheus rules and Grafana provisioning files from SLO files and folders
      --processor-url URL   where explain links point (default http://127.0.0.1:8080)
      --grafana-url URL     where dashboard links point (default http://127.0.0.1:3000)
      --runbook-base URL    what relative runbook paths are resolved against
      --time-scale N        divide every window by N, to watch a whole cycle in minutes
  check IN...               problems with file, line, path and remedy; exit code 1 when there are errors

Input: OpenSLO v1, YAML or JSON.
`;

/** Runs one subcommand and returns its exit code: 0, 1 with problems in the input, 2 for wrong usage. */
export async function run(argv: string[], io: CliIo): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '--help' || rest.includes('--help')) {
    io.stdout.write(help);
    return EXIT.ok;
  }
  const command = commands[name];
  try {
    if (command === undefined) throw new UsageError(name === '' ? 'which command?' : `unknown command: ${name}`);
    return await command(rest, io);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    io.stderr.write(`cnapp slo: ${error.message}\nTry: cnapp slo --help\n`);
    return EXIT.usage;
  }
}

/** Ours, or parseArgs' complaint about an unknown option. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** `cnapp slo compile|check|backtest|explain`: the SLO compiler on the command line. */
import { runBacktest } from './slo/backtest.ts';
import { runCheck } from './slo/check.ts';
import { runCompile } from './slo/compile.ts';
import { runExplain } from './slo/explain.ts';
import { type CliIo, EXIT, UnavailableError, UsageError } from './slo/io.ts';

const commands: Record<string, (argv: string[], io: CliIo) => Promise<number>> = {
  compile: runCompile,
  check: runCheck,
  backtest: runBacktest,
  explain: runExplain,
};

const help = `Usage: cnapp slo COMMAND

  compile IN... --out DIR   Prometheus rules and Grafana provisioning files from SLO files and folders
      --processor-url URL   where explain links point (default http://127.0.0.1:8080)
      --grafana-url URL     where dashboard links point (default http://127.0.0.1:3000)
      --runbook-base URL    what relative runbook paths are resolved against
      --calendar-year YEAR  first of the three years whose calendar periods are written out (default: this one)
      --time-scale N        divide every window by N, to watch a whole cycle in minutes
  check IN...               problems with file, line, path and remedy; exit code 1 when there are errors
      --prometheus URL      also ask whether selectors match, counters are counters, and there is traffic
  backtest IN...            what the alerts would have done; --slo ID for one SLO, --json for machines
      --events FILE         over NDJSON: {"at": "2026-03-01T00:00:00Z", "outcome": "good" or "bad", "cause"?, "count"?}
      --ledger FILE         over what a processor has decided, from its database (storage.path)
      --bad-range FILE --total-range FILE      over saved answers of Prometheus' query_range
      --group-causes        of one cause only the first miss counts
      --prometheus URL --from TIME --to TIME   over recorded counters
      --prometheus URL --recorded --from TIME --to TIME   what the rules there have said: in measure mode, what would have paged
      --simulate YEARS --events-per-day N --seed N   over chance, exactly on budget: every alert is false
  explain IN...             windows, thresholds and detection times of each alert; --events-per-day N for its regime

Input: OpenSLO v1 and Sloth prometheus/v1, YAML or JSON.
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
    if (error instanceof UnavailableError) {
      io.stderr.write(`cnapp slo: ${error.message}\n`);
      return EXIT.problems;
    }
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

/** `cnapp slo check IN…`: what is wrong with SLO files, without writing anything. */
import { parseArgs } from 'node:util';
import { DEFAULT_OPTIONS, hasErrors, lint, lintLive, readSlos } from '@cnapp-slo/alert-rules';
import { printProblems, readInputs } from './input.ts';
import { type CliIo, EXIT } from './io.ts';
import { prometheusClient } from './prometheus.ts';

export async function runCheck(argv: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { prometheus: { type: 'string' } },
  });
  const { slos, problems } = readSlos(await readInputs(positionals));
  problems.push(...lint(slos, DEFAULT_OPTIONS));
  if (values.prometheus !== undefined) problems.push(...(await lintLive(slos, prometheusClient(values.prometheus))));
  printProblems(problems, io);
  io.stdout.write(`${slos.length} SLOs, ${problems.length} problems\n`);
  return hasErrors(problems) ? EXIT.problems : EXIT.ok;
}

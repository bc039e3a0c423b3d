/** `cnapp slo check IN…`: what is wrong with SLO files, without writing anything. */
import { parseArgs } from 'node:util';
import { hasErrors, readSlos } from '@cnapp-slo/alert-rules';
import { printProblems, readInputs } from './input.ts';
import { type CliIo, EXIT } from './io.ts';

export async function runCheck(argv: string[], io: CliIo): Promise<number> {
  const { positionals } = parseArgs({ args: argv, allowPositionals: true, options: {} });
  const { slos, problems } = readSlos(await readInputs(positionals));
  printProblems(problems, io);
  io.stdout.write(`${slos.length} SLOs, ${problems.length} problems\n`);
  return hasErrors(problems) ? EXIT.problems : EXIT.ok;
}

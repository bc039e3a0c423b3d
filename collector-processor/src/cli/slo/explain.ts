/** `cnapp slo explain IN…`: what each SLO's alerts will do. */
import { parseArgs } from 'node:util';
import { explain, hasErrors, readSlos } from '@cnapp-slo/alert-rules';
import { positive, printProblems, readInputs } from './input.ts';
import { type CliIo, EXIT } from './io.ts';

export async function runExplain(argv: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { 'events-per-day': { type: 'string' } },
  });
  const { slos, problems } = readSlos(await readInputs(positionals));
  printProblems(problems, io);
  const eventsPerDay =
    values['events-per-day'] === undefined ? null : positive('--events-per-day', values['events-per-day']);
  for (const slo of slos) io.stdout.write(`${explain(slo, eventsPerDay).join('\n')}\n`);
  return hasErrors(problems) ? EXIT.problems : EXIT.ok;
}

/** `cnapp slo compile IN… --out DIR`: rule files from SLO files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile, DEFAULT_OPTIONS, hasErrors, lint, readSlos } from '@cnapp-slo/alert-rules';
import { positive, printProblems, readInputs } from './input.ts';
import { type CliIo, EXIT, UsageError } from './io.ts';

export async function runCompile(argv: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      'processor-url': { type: 'string', default: DEFAULT_OPTIONS.processorUrl },
      'grafana-url': { type: 'string', default: DEFAULT_OPTIONS.grafanaUrl },
      'runbook-base': { type: 'string', default: DEFAULT_OPTIONS.runbookBase },
      'calendar-year': { type: 'string', default: String(new Date().getUTCFullYear()) },
      'time-scale': { type: 'string', default: '1' },
    },
  });
  if (values.out === undefined) throw new UsageError('--out DIR is required');
  const timeScale = positive('--time-scale', values['time-scale']);
  const calendarYear = positive('--calendar-year', values['calendar-year']);
  const { slos, problems } = readSlos(await readInputs(positionals));
  // What lint finds is left out of the rules or works all the same: it does not stop the others.
  const findings = lint(slos, DEFAULT_OPTIONS).map((finding) => ({ ...finding, severity: 'warning' as const }));
  printProblems([...problems, ...findings], io);
  if (hasErrors(problems)) return EXIT.problems;
  const files = compile(slos, {
    ...DEFAULT_OPTIONS,
    processorUrl: values['processor-url'],
    grafanaUrl: values['grafana-url'],
    runbookBase: values['runbook-base'],
    calendarYear,
    timeScale,
  });
  for (const [path, content] of files) {
    const target = join(values.out, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    io.stdout.write(`${target}\n`);
  }
  return EXIT.ok;
}

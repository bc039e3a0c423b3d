import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { demo } from './demo.ts';

const HELP = `Usage: npm run demo [-- --seed WORD] [--days N]

Starts the processor with a store of its own, imports a month of an invented company's telemetry, and goes on live.
  --seed WORD   another company's month; the same word gives the same one (default: 1)
  --days N      length of the history, 7 to 60 (default: 28)
`;

process.exitCode = await main(process.argv.slice(2));

/** The exit code: 0 after Ctrl-C, 1 when a part failed, 2 for wrong usage. */
async function main(argv: readonly string[]): Promise<number> {
  let values: { seed: string; days: string; help: boolean };
  try {
    values = parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string', default: '1' },
        days: { type: 'string', default: '28' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 7 || days > 60) {
    process.stderr.write(`demo: --days must be a whole number from 7 to 60\n\n${HELP}`);
    return 2;
  }
  const ended = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ended.abort());
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  try {
    await demo({ root: dirname(import.meta.dirname), seed: values.seed, days, say, signal: ended.signal });
    return 0;
  } catch (error) {
    if (ended.signal.aborted) return 0;
    process.stderr.write(`demo: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

import { run } from './cli/run.ts';

/** `main.ts run …`: the processor; the other commands of `cnapp` are reached the same way. The only place that exits. */
const [command, ...argv] = process.argv.slice(2);
if (command === 'run') process.exitCode = await run(argv);
else {
  const { cnapp } = await import('./cli/index.ts');
  process.exitCode = await cnapp(process.argv.slice(2));
}

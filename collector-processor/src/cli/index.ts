import type { Command, Io } from './command.ts';

/** Loaded when asked for: nobody who checks an SLO file waits for the processor's parts. */
const commands: Readonly<Record<string, { summary: string; load: () => Promise<{ run: Command }> }>> = {
  run: { summary: 'the processor', load: () => import('./run.ts') },
  'check-config': { summary: 'would it start with this configuration?', load: () => import('./check-config.ts') },
  import: { summary: 'history into the running processor', load: () => import('./import.ts') },
  replay: { summary: 'what the processor makes of files, in a store of its own', load: () => import('./replay.ts') },
  explain: { summary: 'an SLI and the episodes behind it', load: () => import('./explain.ts') },
  gate: { summary: 'may this change go out? for pipelines', load: () => import('./gate.ts') },
  gameday: { summary: 'detection exercises: run', load: () => import('./gameday.ts') },
  sampling: { summary: 'sampling tiers as configuration: compile', load: () => import('./sampling.ts') },
  simulate: { summary: 'what sampling tiers would keep, cost and miss', load: () => import('./simulate.ts') },
  policy: { summary: 'policies as code: test', load: () => import('./policy.ts') },
  slo: { summary: 'SLO files to alert rules: compile, check, backtest, explain', load: () => import('./slo.ts') },
};

const help = `Usage: cnapp COMMAND

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}\n`)
  .join('')}
cnapp COMMAND --help says more. Exit code 2: wrong usage.
`;

/** `cnapp COMMAND …`. Returns the exit code: 0, 1 when the command failed, 2 for wrong usage, others as the command's help says. */
export async function cnapp([name = '', ...argv]: readonly string[], io: Io = process): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(help);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    io.stderr.write(`cnapp: ${name === '' ? 'which command?' : `unknown command: ${name}`}\n\n${help}`);
    return 2;
  }
  const { run } = await command.load();
  return run(argv, io);
}

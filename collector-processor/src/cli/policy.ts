import { readPolicies } from '../policy/engine/policy-folder.ts';
import { command, UsageError } from './command.ts';
import { plain } from './table.ts';

const help = `Usage: cnapp policy test PATH…

Reads policy files and runs the examples in them, as the processor does before it takes them. Exit code 1 when one is wrong.
`;

export const run = command('policy', help, {}, async ({ positionals: [verb, ...paths] }, io) => {
  if (verb !== 'test') throw new UsageError(verb === undefined ? 'which one? test' : `unknown: ${verb}`);
  if (paths.length === 0) throw new UsageError('which files or folders?');
  let isRight = true;
  for (const path of paths) {
    try {
      for (const { name, version, mode, over, examples } of readPolicies(path)) {
        io.stdout.write(`ok    ${plain(`${name} ${version}: ${mode} over ${over}, ${examples.length} examples`)}\n`);
      }
    } catch (error) {
      isRight = false;
      const lines = (error instanceof Error ? error.message : String(error)).split('\n');
      io.stdout.write(lines.map((line) => `FAIL  ${plain(line)}\n`).join(''));
    }
  }
  return isRight ? 0 : 1;
});

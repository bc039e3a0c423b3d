import { createApp } from '../app.ts';
import { loadConfig, parseConfig } from '../config.ts';
import { CommandError, command, UsageError } from './command.ts';

const help = `Usage: cnapp check-config [--config FILE] [--set key=value ...]

Whether the processor would start with this configuration: every wrong key is named. Nothing listens and no data is touched.
`;

export const run = command(
  'check-config',
  help,
  { config: { type: 'string' }, set: { type: 'string', multiple: true } },
  async ({ values, positionals }, io) => {
    if (positionals.length > 0) throw new UsageError(`unexpected: ${positionals[0]}`);
    try {
      const raw = loadConfig({ file: values.config, env: io.env, set: [...(values.set ?? [])] });
      parseConfig(raw);
      // Each part checks its own section as it is built; the store alone would touch data.
      const app = await createApp({ ...raw, storage: { path: ':memory:' } });
      await app.stop();
    } catch (error) {
      throw new CommandError(error instanceof Error ? error.message : String(error));
    }
    io.stdout.write('ok\n');
    return 0;
  },
);

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createApp } from '../app.ts';
import { loadConfig } from '../config.ts';

const help = `Usage: cnapp run [--config FILE] [--set key=value ...]

Starts the processor and prints one JSON line when it listens. Without a file: the embedded default, on loopback.
  --config FILE     YAML or JSON
  --set key=value   one setting, for example --set api.endpoint=127.0.0.1:0; after the file and the environment
`;

/** How long a clean stop may take before the process goes anyway; what was acknowledged is durable long before. */
const STOP_TIMEOUT_MS = 10_000;

/** Runs until SIGINT or SIGTERM. Returns the exit code: 0 after a clean stop, 1 when it cannot start, 2 for wrong usage. */
export async function run(argv: readonly string[]): Promise<number> {
  let values: { config?: string; set?: string[]; help?: boolean };
  try {
    values = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, set: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    process.stderr.write(`cnapp run: ${message(error)}\n\n${help}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  try {
    const app = await createApp(loadConfig({ file: values.config, env: process.env, set: values.set ?? [] }));
    await app.start();
    process.stdout.write(`${JSON.stringify({ ready: true, ...app.addresses })}\n`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const late = setTimeout(() => process.exit(1), STOP_TIMEOUT_MS);
    await app.stop();
    clearTimeout(late);
    return 0;
  } catch (error) {
    process.stderr.write(`cnapp run: ${message(error)}\n`);
    return 1;
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

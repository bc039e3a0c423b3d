import { startProcess } from './process.ts';
import { requirePart } from './require-part.ts';

/** Runs `telemetrygen ARGS…` to its end, such as `['logs', '--logs', '10', '--otlp-insecure', …]`; throws when it fails. */
export async function runTelemetrygen(args: readonly string[]): Promise<void> {
  const { path } = requirePart('telemetrygen');
  const running = await startProcess({ name: 'telemetrygen', command: path, args });
  const code = await running.exited;
  if (code !== 0) throw new Error(`telemetrygen ended with ${code}:\n${running.output()}`);
}

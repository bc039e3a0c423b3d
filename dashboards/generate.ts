import { DASHBOARDS } from './src/index.ts';

/** Every dashboard as Grafana's file provisioning reads it, by its path from the repository's root. */
export function generate(): Map<string, string> {
  return new Map(
    Object.entries(DASHBOARDS).map(([name, build]) => [
      `dashboards/generated/${name}.json`,
      `${JSON.stringify(build(), null, 2)}\n`,
    ]),
  );
}

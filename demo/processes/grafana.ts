import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, freePort, startChild, untilReady } from './child.ts';

/** Whether the plugin has been built; without it Grafana has nothing of ours to show. */
export function isPluginBuilt(root: string): boolean {
  return existsSync(join(root, 'grafana-app/dist/plugin.json'));
}

/** The installed Grafana with the plugin, data sources, rules and dashboards provisioned. */
export async function startGrafana(
  root: string,
  folder: string,
  urls: { prometheus: string; api: string },
): Promise<{ child: Child; url: string }> {
  const port = await freePort(3000);
  const child = await startChild(
    'Grafana',
    process.execPath,
    [join(root, 'grafana-app/e2e/start-grafana.ts')],
    join(folder, 'grafana.log'),
    {
      cwd: join(root, 'grafana-app'),
      env: {
        ...process.env,
        PORT: String(port),
        GRAFANA_DATA: join(folder, 'grafana'),
        CNAPP_PROMETHEUS_URL: urls.prometheus,
        CNAPP_API_URL: urls.api,
      },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, `${url}/api/health`, 120_000);
  return { child, url };
}

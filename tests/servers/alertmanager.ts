import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startProcess, temporaryFolder } from './process.ts';
import { requirePart } from './require-part.ts';

export interface AlertmanagerServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** `127.0.0.1:PORT`, as Prometheus wants it. */
  address: string;
  /** The alerts it holds, `GET /api/v2/alerts`. */
  alerts(): Promise<Alert[]>;
  stop(): Promise<void>;
}

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  status: { state: string };
}

/** An Alertmanager that sends every alert to the `webhook` URL at once, resolved ones too; or nowhere. */
export async function startAlertmanager(settings: { webhook?: string } = {}): Promise<AlertmanagerServer> {
  const folder = temporaryFolder('alertmanager');
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const config = join(folder.path, 'alertmanager.yml');
  const webhooks = settings.webhook === undefined ? [] : [{ url: settings.webhook, send_resolved: true }];
  const route = { receiver: 'test', group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  writeFileSync(config, JSON.stringify({ route, receivers: [{ name: 'test', webhook_configs: webhooks }] })); // JSON is YAML
  const running = await startProcess({
    name: 'alertmanager',
    command: requirePart('alertmanager').path,
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder.path, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=', // one node: no gossip
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  return {
    url,
    address,
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json() as Promise<Alert[]>,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

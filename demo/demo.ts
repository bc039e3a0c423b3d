import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './client.ts';
import { buildHistory } from './history/history.ts';
import { importHistory } from './history/import.ts';
import { live } from './live/live.ts';
import type { Child } from './processes/child.ts';
import { findCommand } from './processes/find-command.ts';
import { isPluginBuilt, startGrafana } from './processes/grafana.ts';
import { startProcessor } from './processes/processor.ts';
import { startPrometheus } from './processes/prometheus.ts';

export interface DemoSettings {
  /** Repository root. */
  root: string;
  seed: string;
  days: number;
  /** A line for people. */
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Starts everything, tells the company's month, then goes on live until `signal` aborts. Rejects when a part fails. */
export async function demo({ root, seed, days, say, signal }: DemoSettings): Promise<void> {
  const folder = join(root, '.cnapp/demo');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const children: Child[] = [];
  try {
    const { child, ready, line } = await startProcessor(root, folder);
    children.push(child);
    say(line);
    const page = `http://${ready.api}`;
    say(`Status page   ${page}/`);
    say(`Metrics       http://${ready.metrics}/metrics`);
    say(`Explain       ${page}/api/v1/slis/mttd-config/explain`);
    const lost = child.exited.then(() => {
      if (!signal.aborted) throw new Error(`the processor ended; see ${join(folder, 'processor.log')}`);
    });
    lost.catch(() => {}); // the race may be over by then
    const dashboards = startDashboards(page, ready.metrics);
    try {
      await Promise.race([tell(), lost]);
    } finally {
      await dashboards;
    }

    async function tell(): Promise<void> {
      const client = new Client({ otlpHttp: ready.otlp_http, api: ready.api, signal });
      const startedMs = Date.now();
      const history = buildHistory({ seed, endMs: startedMs, days });
      say(`Importing ${days} days of history, ${history.telemetry.length} records …`);
      await importHistory(history, client);
      say(
        `Imported in ${((Date.now() - startedMs) / 1000).toFixed(1)} s. From here on everything is live. Ctrl-C ends the demo.`,
      );
      const announce = (text: string): void => say(`${new Date().toISOString().slice(11, 19)}  ${text}`);
      await live({ world: history.world, seed, client, now: Date.now, announce, signal });
    }
  } finally {
    for (const child of children.reverse()) await child.stop();
  }

  /** Prometheus and Grafana, where they are installed. The demo goes on without them. */
  async function startDashboards(api: string, metrics: string): Promise<void> {
    const prometheusCommand = findCommand('prometheus');
    if (prometheusCommand === null) return;
    try {
      const prometheus = await startPrometheus(prometheusCommand, root, folder, metrics);
      children.push(prometheus.child);
      say(`Prometheus    ${prometheus.url}/alerts`);
      const hasGrafana = findCommand('grafana') !== null || process.env.GRAFANA_HOME !== undefined;
      if (!hasGrafana || !isPluginBuilt(root)) return;
      const grafana = await startGrafana(root, folder, { prometheus: prometheus.url, api });
      children.push(grafana.child);
      say(`Grafana       ${grafana.url}/a/cnapp-slo-app (admin, admin)`);
    } catch (error) {
      say(`${error instanceof Error ? error.message : error}; the demo goes on without it. See ${folder}`);
    }
  }
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SliReport } from '@cnapp-slo/model';
import { waitFor } from '../../../../tests/servers/process.ts';
import { type PrometheusServer, startPrometheus } from '../../../../tests/servers/prometheus.ts';

interface Panel {
  title?: string;
  targets?: { refId: string; expr: string }[];
  panels?: Panel[];
}

const file = join(import.meta.dirname, '../../../../dashboards/generated/slo-overview.json');
const dashboard = JSON.parse(readFileSync(file, 'utf8')) as Panel;

/** `<panel> <refId>` → what its expression is to answer for an SLI. */
const EXPECTED: Readonly<Record<string, (report: SliReport) => number | null | undefined>> = {
  'Objectives A': ({ status }) => ['ok', 'no_data', 'insufficient', 'at_risk', 'breached'].indexOf(status),
  'Objectives B': ({ ratio }) => ratio,
  'Objectives C': ({ objective }) => objective,
  'Objectives D': ({ budget }) => budget.remaining,
  'Objectives E': ({ coverage }) => coverage,
  'Objectives F': ({ budget }) => budget.burn['1h'],
  'Objectives G': ({ budget }) => budget.burn['6h'],
  'Objectives H': ({ budget }) => budget.burn['1d'],
  'Objectives I': ({ budget }) => budget.burn['3d'],
  'Values A': ({ value }) => value,
  'Ratio against objective A': ({ ratio }) => ratio,
  'Ratio against objective B': ({ objective }) => objective,
  'Error budget left A': ({ budget }) => budget.remaining,
  'Burn rate over 1h A': ({ budget }) => budget.burn['1h'],
  'Burn rate over 6h A': ({ budget }) => budget.burn['6h'],
};
/** Panels of one SLI, whose series are its views. */
const VIEWS: Readonly<Record<string, string>> = { 'Time to detect A': 'mttd-config', 'Time to remediate A': 'mttr' };

/** The generated dashboard before a real Prometheus that scrapes the processor: its own expressions, evaluated. */
export class DashboardQueries {
  readonly #prometheus: PrometheusServer;
  /** Answers that were compared. */
  compared = 0;

  private constructor(prometheus: PrometheusServer) {
    this.#prometheus = prometheus;
  }

  static async start(metricsAddress: string): Promise<DashboardQueries> {
    return new DashboardQueries(await startPrometheus({ targets: { cnapp: [metricsAddress] } }));
  }

  stop(): Promise<void> {
    return this.#prometheus.stop();
  }

  /** That every expression answers what the reports say, and nothing where they are null. `heardMs`: the latest receipt of any source, by which the scrape is known. */
  async check(reports: readonly SliReport[], heardMs: number, name: string): Promise<void> {
    const latest = 'max(cnapp_source_last_received_timestamp_seconds)';
    await waitFor(`a scrape on ${name}`, async () => {
      const [sample] = await this.#prometheus.query(latest);
      return Number(sample?.value[1]) === heardMs / 1000;
    });
    // One scrape's samples have one timestamp.
    const [scraped] = await this.#prometheus.query('max(timestamp(cnapp_sli_status))');
    const at = new Date(Number(scraped?.value[1]) * 1000);
    let seen = 0;
    for (const { key, expr } of targetsOf(dashboard)) {
      const expected = EXPECTED[key];
      const sli = VIEWS[key];
      if (!expected && sli === undefined) continue;
      seen += 1;
      const samples = await this.#prometheus.query(expr.replaceAll('$sli', '.+'), at);
      const label = expected ? 'sli' : 'view';
      const answer = new Map(samples.map(({ metric, value }) => [metric[label], Number(value[1])]));
      const wanted = expected
        ? reports.map((report) => [report.id, expected(report)] as const)
        : viewsOf(reports.find((report) => report.id === sli));
      assert.deepEqual(answer, new Map(wanted.filter(([, value]) => value !== null)), `${key} on ${name}`);
      this.compared += wanted.length;
    }
    assert.equal(seen, Object.keys(EXPECTED).length + Object.keys(VIEWS).length);
  }
}

function viewsOf(report: SliReport | undefined): (readonly [string, number | null | undefined])[] {
  return [
    ['mean', report?.mean],
    ['p50', report?.p50],
    ['p90', report?.p90],
  ];
}

function targetsOf({ title = '', targets = [], panels = [] }: Panel): { key: string; expr: string }[] {
  const own = targets.map(({ refId, expr }) => ({ key: `${title} ${refId}`, expr }));
  return [...own, ...panels.flatMap(targetsOf)];
}

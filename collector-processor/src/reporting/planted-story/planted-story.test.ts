import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PrometheusExporter, parsePrometheusConfig } from '@cnapp-slo/exporters/prometheus';
import { type ExplainPage, SLIS, type SliReport } from '@cnapp-slo/model';
import { requirePart } from '../../../../tests/servers/require-part.ts';
import { ApiConfig } from '../../api/config.ts';
import { ApiServer } from '../../api/server.ts';
import { cnapp } from '../../cli/index.ts';
import { ProcessorBurnEvidence } from '../burn-evidence.ts';
import { openFindings, sloEventCounter, tenantsOf } from '../metric-sources.ts';
import { differencesBetween } from '../recompute.ts';
import { Releases } from '../releases.ts';
import { Stage, T0 } from '../test-stage.ts';
import { DashboardQueries } from './dashboard.ts';
import { plantedStory } from './story.ts';
import { at, canCause } from './telling.ts';

interface Cell {
  /** Null: `–`. */
  value: number | null;
  good?: number;
  bad?: number;
}

/** Instant (epoch ms) → code → what README.md calculates. */
const expected = readTables(readFileSync(join(import.meta.dirname, 'README.md'), 'utf8'));
/** What was answered at each instant. */
const shown = new Map<number, SliReport[]>();
const stage = new Stage({ canCause });
const now = (): number => stage.now;
const { slis, estate, processor } = stage;
const evidence = new ProcessorBurnEvidence(processor, slis, now);
const metrics = new PrometheusExporter(parsePrometheusConfig({ endpoint: '127.0.0.1:0' }), {
  slis,
  estate,
  feed: processor.feed,
  events: sloEventCounter(processor, now),
  evidence,
  releases: new Releases(processor, evidence, now),
  openFindings: () => openFindings(processor),
  tenants: () => tenantsOf(processor),
  nowMs: now,
});
const api = new ApiServer({
  config: ApiConfig.parse({ endpoint: '127.0.0.1:0' }),
  slis,
  estate,
  inputs: processor,
  intake: { accept: async () => ({ status: 'accepted', records: 0, rejected: 0 }) },
  feed: processor.feed,
  now,
  parseAlertmanagerWebhook: () => null,
  telemetry: { request: () => {}, streamEnded: () => {} },
  log: { error: () => {} },
});

const prometheus = requirePart('prometheus');
let dashboard: DashboardQueries | null = null;

before(async () => {
  await api.start();
  await metrics.start();
  if (prometheus.skip === false) dashboard = await DashboardQueries.start(metrics.address ?? '');
});
after(async () => {
  await dashboard?.stop();
  await api.stop();
  await metrics.stop();
  await processor.stop();
});

test('twenty instants: reader, API, CLI and gauge give the numbers calculated by hand', async () => {
  assert.equal(expected.size, 20);
  const story = plantedStory();
  let told = 0;
  for (const [instantMs, cells] of [...expected].sort((a, b) => a[0] - b[0])) {
    for (let next = story[told]; next && next.atMs <= instantMs; next = story[told]) {
      if ('input' in next) await stage.say(next.atMs - T0, next.input);
      else
        await stage.receive(
          next.atMs - T0,
          next.format,
          next.bodies,
          next.bytes === undefined ? {} : { bytes: next.bytes },
        );
      told += 1;
    }
    stage.now = instantMs;
    const day = (instantMs - at([0])) / 86_400_000;
    const gauges = await readGauges();
    assert.equal(cells.size, SLIS.length);
    for (const { definition } of SLIS) {
      const cell = cells.get(definition.code);
      const name = `${definition.code} on day ${day.toFixed(2)}`;
      assert.ok(cell, name);
      const report = slis.get(definition.id);
      assertCell(report, cell, name);
      const answer = (await (await fetch(`http://${api.address}/api/v1/slis/${definition.id}`)).json()) as SliReport;
      assert.deepEqual(answer, report, `${name}: API`);
      assert.equal(gauges.get(definition.id) ?? null, report?.value, `${name}: gauge`);
      const explained = await explain(definition.id);
      assert.deepEqual(explained.sli, report, `${name}: CLI`);
      assertMembers(explained, name);
    }
    const heard = estate.sources().map((source) => Date.parse(source.last_received_at ?? ''));
    shown.set(instantMs, slis.list());
    await dashboard?.check(slis.list(), Math.max(...heard), `day ${day.toFixed(2)}`);
  }
  assert.ok(told > 300);
});

test('at each of them, the dashboard’s expressions in a real Prometheus answer the same', {
  skip: prometheus.skip,
}, () => {
  // Fifteen expressions of sixteen SLIs, and two with three views.
  assert.equal(dashboard?.compared, 20 * (15 * 16 + 2 * 3));
});

test('the ledger gives each instant again, whole, as it was known then', () => {
  assert.equal(shown.size, 20);
  for (const [instantMs, reports] of shown) assert.deepEqual(slis.list({ asOfMs: instantMs }), reports);
});

test('recomputed from the ledger, every value is the stored one bit for bit', async () => {
  const stored = slis.list();
  stage.now += 1;
  for (const report of stored) {
    const again = slis.get(report.id, { asOfMs: Date.parse(report.as_of) });
    assert.ok(again);
    assert.deepEqual(differencesBetween(report, again), [], report.id);
  }
  const { out, code } = await run('explain', 'mttr', '--recompute', '--url', `http://${api.address}`);
  assert.equal(code, 0);
  assert.match(out, /identical to the ledger/);
});

/** Equal to the calculation but for the last bits, which depend on the order of its terms. */
function assertCell(report: SliReport | null, cell: Cell, name: string): void {
  assert.ok(report, name);
  if (cell.value === null) assert.equal(report.value, null, name);
  else {
    const difference = Math.abs((report.value ?? Number.NaN) - cell.value);
    assert.ok(
      difference <= 1e-12 * Math.max(1, Math.abs(cell.value)),
      `${name}: ${report.value}, by hand ${cell.value}`,
    );
  }
  if (cell.good !== undefined) assert.deepEqual([report.good, report.bad], [cell.good, cell.bad], `${name}: good, bad`);
}

/** What explain lists is what was counted. */
function assertMembers({ sli, items, counts, next_cursor: next }: ExplainPage, name: string): void {
  assert.equal(next, null, name);
  assert.equal(items.length, counts.good + counts.bad + counts.excluded + counts.pending, name);
  assert.equal(sli.pending, counts.pending, name);
  assert.equal(
    Object.values(sli.excluded).reduce((sum, times) => sum + times, 0),
    counts.excluded,
    name,
  );
  for (const { role, reason, title } of items) {
    assert.ok(title !== '' && (reason !== null || role === 'good' || role === 'bad'), name);
  }
}

async function readGauges(): Promise<Map<string, number>> {
  const text = await (await fetch(`http://${metrics.address}/metrics`)).text();
  const lines = text.matchAll(/^cnapp_sli_value\{sli="([^"]+)",view="official"\} (\S+)$/gm);
  return new Map([...lines].map(([, sli = '', value = '']) => [sli, Number(value)]));
}

async function explain(id: string): Promise<ExplainPage> {
  const { out, code } = await run('explain', id, '--json', '--limit', '500', '--url', `http://${api.address}`);
  assert.equal(code, 0);
  return JSON.parse(out) as ExplainPage;
}

async function run(...argv: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const io = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (out += text) },
    env: {},
  };
  return { code: await cnapp(argv, io), out };
}

/** The tables of the section "The values". */
function readTables(readme: string): Map<number, Map<string, Cell>> {
  const rows = new Map<number, Map<string, Cell>>();
  let codes: string[] = [];
  for (const line of (readme.split('## The values')[1] ?? '').split('\n')) {
    const columns = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (columns[1] === 'day, 20:00') codes = columns.slice(2);
    if (!/^\d+$/.test(columns[0] ?? '')) continue;
    const instantMs = at([Number(columns[1]), 20]);
    const cells = rows.get(instantMs) ?? new Map<string, Cell>();
    rows.set(instantMs, cells);
    for (const [index, code] of codes.entries()) cells.set(code, readCell(columns[index + 2] ?? ''));
  }
  return rows;
}

function readCell(text: string): Cell {
  const match = /^`([^`]+)`(?: (\d+):(\d+))?$/.exec(text);
  if (!match?.[1]) throw new Error(`no calculation in ${JSON.stringify(text)}`);
  const cell: Cell = { value: match[1] === '–' ? null : calculate(match[1]) };
  return match[2] === undefined ? cell : { ...cell, good: Number(match[2]), bad: Number(match[3]) };
}

/** Numbers, + − × ÷ and parentheses, by recursive descent. */
function calculate(text: string): number {
  const tokens = text.match(/[\d.]+|[-+*/()]/g) ?? [];
  const factor = (): number => {
    const token = tokens.shift();
    if (token !== '(') return Number(token);
    const value = sum();
    tokens.shift();
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (tokens[0] === '*' || tokens[0] === '/') value = tokens.shift() === '*' ? value * factor() : value / factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === '+' || tokens[0] === '-')
      value = tokens.shift() === '+' ? value + product() : value - product();
    return value;
  };
  return sum();
}

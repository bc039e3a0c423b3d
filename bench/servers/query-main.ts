/**
 * For the lane `query`: episodes (a million, or as many as are asked for) over 90 days in memory, and M2 asked of them as the API asks, with a filter;
 * beside it the same mean and counts in SQL, over a table of nothing but those episodes. Prints the milliseconds of each round.
 */
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Episode, Finding, Severity } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY, SLIS } from '@cnapp-slo/model';
import { Processor } from '../../collector-processor/src/pipeline/processor.ts';
import { EstateSliReader } from '../../collector-processor/src/reporting/sli-reader.ts';
import { SqliteStore } from '../../collector-processor/src/storage/sqlite/store.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-01T00:00:00Z');
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium'];
const filter = { severity: 'critical' } as const;
const rounds = Number(process.argv[2] ?? 9);
const episodes = Number(process.argv[3] ?? 1_000_000);
let nowMs = START + 90 * DAY;

const processor = new Processor({
  store: new SqliteStore(':memory:'),
  policy: DEFAULT_EPISODE_POLICY,
  canCause: () => false,
  now: () => nowMs,
  maxQueuedBytes: 1,
  telemetry: { commit: () => {}, records: () => {} },
  failed: (_what, error) => {
    throw error;
  },
});
const table = new DatabaseSync(':memory:');
table.exec('CREATE TABLE episodes (severity TEXT, alert_ms INTEGER, verify_ms INTEGER)');
const insert = table.prepare('INSERT INTO episodes VALUES (?, ?, ?)');

/** Nine of ten are fixed, after up to 40 hours. */
function fill(): void {
  table.exec('BEGIN');
  for (let i = 0; i < episodes; i += 1) {
    // As random as those that the processor makes: they are looked up by their bits.
    const id = `f_${createHash('md5').update(String(i)).digest('hex')}`;
    const severity = SEVERITIES[i % SEVERITIES.length] ?? 'high';
    const detectMs = START + Math.floor((i / episodes) * 90 * DAY);
    const alertMs = detectMs + 60_000;
    const verifyMs = alertMs + ((i * 7919) % 40) * HOUR + (i % 997);
    const isFixed = i % 10 !== 0 && verifyMs <= nowMs;
    const finding = findingOf(id, i, severity, detectMs);
    const episode = episodeOf(finding, detectMs, alertMs, isFixed ? verifyMs : null);
    processor.estate.setFinding(id, {
      finding,
      episodes: [episode],
      scopes: ['s'],
      firstMs: detectMs,
      latestMs: detectMs,
    });
    insert.run(severity, alertMs, isFixed ? verifyMs : null);
  }
  table.exec('COMMIT');
  processor.estate.changed();
}

function findingOf(id: string, i: number, severity: Severity, detectMs: number): Finding {
  return {
    id,
    tenant: 'default',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: `rule-${i % 300}`,
    title: 'A finding',
    asset: { id: `arn:aws:s3:::bucket-${i % 50_000}`, kind: 's3_bucket', provider: 'aws', account: '111122223333' },
    severity,
    lastVerdict: 'fail',
    lastSeenMs: detectMs,
    links: [],
  };
}

function episodeOf(finding: Finding, detectMs: number, alertMs: number, verifyMs: number | null): Episode {
  const clock = (atMs: number) => ({ atMs, source: 'prowler', precision: 'exact' as const, recvMs: atMs });
  const stop = verifyMs === null ? {} : { t_verify: clock(verifyMs), t_close: clock(verifyMs) };
  return {
    id: `${finding.id}.1`,
    findingId: finding.id,
    seq: 1,
    tenant: 'default',
    state: verifyMs === null ? 'open' : 'closed',
    ...(verifyMs !== null && { closeReason: 'remediated_verified' as const }),
    trigger: 'asset_change',
    cohort: 'normal',
    origin: 'backfill',
    exercise: false,
    clocks: { t_change: clock(detectMs - HOUR), t_detect: clock(detectMs), t_alert: clock(alertMs), ...stop },
    severity: finding.severity,
    strictestSeverity: finding.severity,
    detector: finding.detector,
    detectorClass: finding.detectorClass,
    rule: finding.rule,
    flaps: 0,
    durable: true,
    candidateChangeIds: [],
    suspensions: [],
    detectorSuppressed: false,
    lastFailMs: detectMs,
    lastSeenMs: detectMs,
    traceIds: [],
  };
}

const query = table.prepare(`SELECT
    avg(CASE WHEN verify_ms > :from AND verify_ms <= :to THEN verify_ms - alert_ms END) / 1000.0 AS mean,
    sum(alert_ms + :deadline > :from AND alert_ms + :deadline <= :to AND verify_ms <= alert_ms + :deadline) AS good,
    sum(alert_ms + :deadline > :from AND alert_ms + :deadline <= :to) AS all_due
  FROM episodes WHERE severity = 'critical' AND alert_ms <= :to`);

fill();
const reader = new EstateSliReader(processor, () => nowMs, {});
const ours: number[] = [];
const peer: number[] = [];
for (let round = -2; round < rounds; round += 1) {
  nowMs += 2000; // past what answers are kept for
  let startMs = performance.now();
  const report = reader.get('mttr', { filter });
  const oursMs = performance.now() - startMs;
  startMs = performance.now();
  const row = query.get({ from: nowMs - 28 * DAY, to: nowMs, deadline: DAY }) as Record<string, number>;
  const peerMs = performance.now() - startMs;
  const isSame = Math.abs((report?.value ?? 0) - (row.mean ?? Number.NaN)) < 1e-6 && report?.good === row.good;
  if (!isSame) throw new Error(`ours ${report?.value} ${report?.good}, SQL ${row.mean} ${row.good}`);
  if (round < 0) continue;
  ours.push(oursMs);
  peer.push(peerMs);
}
process.stdout.write(JSON.stringify({ ours, peer, ...everySli() }));

/** The slowest of all SLIs over the 90 days: with a filter, the first page of its explanation, and its series of four weeks by day. */
function everySli(): { slowestSliMs: number; slowestExplainMs: number; slowestSeriesMs: number } {
  const ids = SLIS.map(({ definition }) => definition.id);
  const timed = (ask: () => unknown): number => {
    nowMs += 2000;
    const startMs = performance.now();
    ask();
    return performance.now() - startMs;
  };
  const slowest = (ask: (id: string) => unknown): number => Math.max(...ids.map((id) => timed(() => ask(id))));
  const window = '90d';
  return {
    slowestSliMs: slowest((id) => reader.get(id, { window, filter })),
    slowestExplainMs: slowest((id) => reader.explain(id, { window })),
    slowestSeriesMs: slowest((id) => Array.from(reader.series(id, { window: '28d', stepSeconds: 86_400 }) ?? [])),
  };
}

/**
 * For the lane `memory`: `fill FOLDER FINDINGS ASSETS` writes a store as a year of scans leaves it; `load FOLDER` starts the
 * processor on it and prints its memory, the time until it was ready and that of a scrape.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetObservation, Fact, FindingObservation, Severity } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import { type App, createApp } from '../../collector-processor/src/app.ts';
import { factOf } from '../../collector-processor/src/pipeline/facts.ts';
import { Processor } from '../../collector-processor/src/pipeline/processor.ts';
import { SqliteStore } from '../../collector-processor/src/storage/sqlite/store.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
const TEAMS = 200;
const CHUNK = 5000;
const [, , command, folder = '', findings = '1000000', assets = '100000'] = process.argv;
const startMs = Date.now() - 60 * DAY;

if (command === 'fill') await fill(Number(findings), Number(assets));
else await load();

/** Of ten findings one is open, four are fixed and five never failed. */
async function fill(findingCount: number, assetCount: number): Promise<void> {
  const processor = new Processor({
    store: new SqliteStore(join(folder, 'bench.db')),
    policy: DEFAULT_EPISODE_POLICY,
    canCause: () => false,
    now: () => Date.now(),
    maxQueuedBytes: Number.MAX_SAFE_INTEGER,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (_what, error) => {
      throw error;
    },
  });
  let facts: Fact[] = [];
  const flush = async (): Promise<void> => {
    const accepted = { status: 'accepted', records: facts.length, rejected: 0 } as const;
    await processor.submit({ facts, bytes: 1, accepted, noteSources: () => {} });
    facts = [];
  };
  const tell = async (body: AssetObservation | FindingObservation): Promise<void> => {
    const settings = { tenant: 'default', recvMs: body.atMs, backfill: false, exercise: false };
    facts.push(factOf(body, { ...settings, source: { id: 'prowler/1', format: 'ocsf', scope: '1' } }));
    if (facts.length >= CHUNK) await flush();
  };
  for (let i = 0; i < assetCount; i += 1) {
    const context = { owner: `team-${i % TEAMS}`, environment: i % 3 === 0 ? 'production' : 'staging' };
    await tell({ kind: 'asset', asset: bucket(i), state: 'present', atMs: startMs, context });
  }
  for (let i = 0; i < findingCount; i += 1) {
    const atMs = startMs + 2 * DAY + Math.floor((i / findingCount) * 50 * DAY);
    const isFailing = i % 10 < 5;
    await tell(verdict(i, assetCount, isFailing ? 'fail' : 'pass', atMs));
    if (isFailing && i % 10 !== 0) await tell(verdict(i, assetCount, 'pass', atMs + (1 + (i % 40)) * HOUR));
  }
  await flush();
  await processor.stop();
}

function bucket(i: number) {
  return {
    id: `arn:aws:s3:::bucket-${i}`,
    kind: 's3_bucket',
    provider: 'aws' as const,
    account: `${111122223000 + (i % 50)}`,
  };
}

function verdict(i: number, assetCount: number, is: 'pass' | 'fail', atMs: number): FindingObservation {
  return {
    kind: 'finding',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: `s3_bucket_check_${Math.floor(i / assetCount)}`,
    title: 'Check if S3 buckets have policies which allow WRITE access.',
    asset: bucket(i % assetCount),
    verdict: is,
    severity: SEVERITIES[i % SEVERITIES.length] ?? 'high',
    atMs,
    scope: bucket(i % assetCount).account,
    remediation: 'Ensure proper bucket policy is in place with the least privilege principle applied.',
    evidence: { region: 'eu-central-1', status_detail: 'the policy allows public write access' },
  };
}

async function load(): Promise<void> {
  const beforeMs = performance.now();
  const app: App = await createApp({
    storage: { path: join(folder, 'bench.db') },
    receivers: { otlp: { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } } },
    api: { endpoint: '127.0.0.1:0' },
    metrics: { endpoint: '127.0.0.1:0' },
  });
  await app.start();
  const readyMs = performance.now() - beforeMs;
  const scrapes: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const atMs = performance.now();
    await (await fetch(`http://${app.addresses.metrics}/metrics`)).text();
    scrapes.push(Math.round(performance.now() - atMs));
  }
  const atMs = performance.now();
  await (await fetch(`http://${app.addresses.api}/api/v1/findings?limit=100`)).text();
  const listMs = Math.round(performance.now() - atMs);
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const result = { rss: rssBytes('VmRSS'), peak: rssBytes('VmHWM'), heapUsed, external, readyMs, scrapes, listMs };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

function rssBytes(field: string): number {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(field));
  return Number(/\d+/.exec(line ?? '')?.[0] ?? Number.NaN) * 1024;
}

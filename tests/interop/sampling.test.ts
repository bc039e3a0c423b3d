import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  adjustedCount,
  DEFAULT_SAMPLING,
  decodeThreshold,
  encodeThreshold,
  hostMinute,
  isKept,
  parseTraceState,
  type RecordedItem,
  randomnessOfTrace,
  type SamplingPolicy,
  seeded,
  simulate,
  type Tier,
  thresholdsOf,
} from '@cnapp-slo/model';
import type { CollectorServer } from '../servers/collector.ts';
import { waitFor } from '../servers/process.ts';
import { requirePart } from '../servers/require-part.ts';
import { startCompiled } from './compiled-collector.ts';

const { skip } = requirePart('collector');
const START = Date.parse('2026-10-01T00:00:00Z');
const MINUTES = 240;
/** What a Collector can do: no summaries. */
const policy: SamplingPolicy = { ...DEFAULT_SAMPLING, revision: 'r7', heavyItems: Number.POSITIVE_INFINITY };
const thresholds = thresholdsOf(policy);
const hosts: Record<Tier, string[]> = {
  T0: ['pay-1'],
  T1: ['shop-1', 'shop-2'],
  T2: ['web-1', 'web-2', 'web-3', 'web-4'],
  T3: ['batch-1', 'batch-2', 'batch-3', 'batch-4', 'batch-5'],
};
const tierOfHost = (host: string): Tier =>
  (Object.keys(hosts) as Tier[]).find((tier) => hosts[tier].includes(host)) ?? 'T2';
/** By the specification, not by our code. */
const randomnessOfUnit = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 14);

type Attributes = { key: string; value: { stringValue?: string; boolValue?: boolean } }[];
interface Log {
  timeUnixNano: string;
  body?: { stringValue?: string };
  attributes?: Attributes;
  traceId?: string;
}
interface Span {
  traceId: string;
  spanId: string;
  name: string;
  traceState?: string;
  attributes?: Attributes;
  [more: string]: unknown;
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const at = (record: { attributes?: Attributes }, key: string): string | undefined =>
  record.attributes?.find((attribute) => attribute.key === key)?.value.stringValue;
const nanoseconds = (ms: number): string => `${BigInt(ms) * 1_000_000n}`;

let collector: CollectorServer;
before(async () => {
  if (!skip) collector = await startCompiled('otel-collector.yaml');
});
after(() => collector?.stop());

async function send(signal: 'logs' | 'traces', request: object): Promise<void> {
  const response = await fetch(`http://${collector.http}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  assert.equal(response.status, 200, await response.text());
}

/** What has arrived downstream, with its host. */
function arrived(): { logs: [host: string, log: Log][]; spans: [host: string, span: Span][] } {
  const logs: [string, Log][] = [];
  const spans: [string, Span][] = [];
  for (const line of readFileSync(join(collector.folder, 'kept.json'), 'utf8').split('\n')) {
    if (line === '') continue;
    const request = JSON.parse(line);
    for (const group of request.resourceLogs ?? [])
      for (const { logRecords } of group.scopeLogs)
        for (const log of logRecords) logs.push([at(group.resource, 'host.name') ?? '', log]);
    for (const group of request.resourceSpans ?? [])
      for (const { spans: members } of group.scopeSpans)
        for (const span of members) spans.push([at(group.resource, 'host.name') ?? '', span]);
  }
  return { logs, spans };
}

const resource = (host: string) => ({ attributes: [text('host.name', host)] });
const logsOf = (host: string, logRecords: Log[]) => ({
  resourceLogs: [{ resource: resource(host), scopeLogs: [{ logRecords }] }],
});
/** The last thing that is sent, and never dropped: when it is there, all is. */
async function settled(name: string): Promise<void> {
  await send('logs', logsOf('pay-1', [{ timeUnixNano: nanoseconds(START), body: { stringValue: name } }]));
  await waitFor(name, () => Promise.resolve(arrived().logs.some(([, log]) => log.body?.stringValue === name)));
}

test('a Collector keeps of logs what the simulator says, unit by unit, with the threshold of the tier', {
  skip,
}, async (context) => {
  const random = seeded(3);
  const sent: RecordedItem[] = [];
  for (const host of Object.values(hosts).flat()) {
    const logs: Log[] = [];
    for (let minute = 0; minute < MINUTES; minute += 1) {
      for (let line = 0; line < 1 + random() * 8; line += 1) {
        const atMs = START + minute * 60_000 + line * 1000;
        logs.push({ timeUnixNano: nanoseconds(atMs), body: { stringValue: `GET /${minute}/${line}` } });
        const unit = hostMinute(host, atMs);
        const tier = tierOfHost(host);
        const plain = { criticality: null, source: 's', eventClass: 'log', rule: null, phase: null } as const;
        sent.push({ atMs, events: 1, bytes: 1, unit, template: 'GET', asset: host, tier, ...plain });
      }
    }
    await send('logs', logsOf(host, logs));
  }
  await settled('all logs are there');
  const kept = arrived().logs.filter(([, log]) => log.body?.stringValue?.startsWith('GET'));
  const predicted = simulate(sent, {
    policy,
    prices: { ingestPerGb: 1, storedPerGbMonth: 0, retentionMonths: 0 },
    seconds: 1,
  });
  for (const { tier, kept_bytes: mean, kept_bytes_sigma: sigma } of predicted.tiers) {
    const count = kept.filter(([host]) => tierOfHost(host) === tier).length;
    context.diagnostic(`${tier}: ${count} kept, ${mean.toFixed(0)} ± ${sigma.toFixed(0)} predicted`);
    assert.ok(Math.abs(count - mean) <= 3 * sigma, `${tier}: ${count}, not ${mean} ± ${sigma}`);
  }
  const expected = sent.filter(({ unit, tier }) => isKept(randomnessOfUnit(unit), thresholds[tier]));
  assert.equal(kept.length, expected.length);
  for (const [host, log] of kept) {
    const tier = tierOfHost(host);
    const unit = hostMinute(host, Number(BigInt(log.timeUnixNano) / 1_000_000n));
    assert.equal(at(log, 'sampling.randomness'), randomnessOfUnit(unit));
    assert.equal(at(log, 'sampling.threshold'), encodeThreshold(thresholds[tier]));
    assert.deepEqual(
      ['tier', 'policy', 'config_rev', 'percentage'].map((name) => at(log, `cnapp.sampling.${name}`)),
      [tier, 'tiers.v1', 'r7', undefined],
    );
  }
});

test('of spans too, by their trace, with a valid ot=th', { skip }, async (context) => {
  const random = seeded(4);
  const traceId = (): string =>
    Array.from({ length: 4 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
  const traces = Object.values(hosts)
    .flat()
    .flatMap((host) => Array.from({ length: 400 }, () => [host, traceId()] as const));
  for (const [host, members] of Map.groupBy(traces, ([name]) => name)) {
    const spans: Span[] = members.map(([, id]) => ({
      traceId: id,
      spanId: id.slice(0, 16),
      name: 'work',
      startTimeUnixNano: nanoseconds(START),
      endTimeUnixNano: nanoseconds(START + 5),
    }));
    await send('traces', { resourceSpans: [{ resource: resource(host), scopeSpans: [{ spans }] }] });
  }
  const expected = traces.filter(([host, id]) => isKept(randomnessOfTrace(id), thresholds[tierOfHost(host)]));
  await waitFor('all spans', () => Promise.resolve(arrived().spans.length >= expected.length));
  await settled('all spans are there');
  const { spans } = arrived();
  assert.deepEqual(spans.map(([, span]) => span.traceId).sort(), expected.map(([, id]) => id).sort());
  for (const [host, span] of spans) {
    const { state, errors } = parseTraceState(span.traceState ?? '');
    assert.deepEqual(errors, []);
    assert.equal(state.ot.th?.text, encodeThreshold(thresholds[tierOfHost(host)]));
  }
  for (const tier of ['T1', 'T2', 'T3'] as const) {
    const counted = spans.filter(([host]) => tierOfHost(host) === tier).length * adjustedCount(thresholds[tier]);
    const all = 400 * hosts[tier].length;
    const sigma = Math.sqrt(all * (adjustedCount(thresholds[tier]) - 1));
    context.diagnostic(`${tier}: ${counted.toFixed(0)} counted back from what was kept of ${all}`);
    assert.ok(Math.abs(counted - all) <= 3 * sigma);
  }
});

test('what must not be dropped is not; what arrives sampled goes on so; what is inconsistent stays, unsaid', {
  skip,
}, async () => {
  // A host-minute that T3 drops.
  const minute = Array.from({ length: 100 }, (_, index) => START + index * 60_000).find(
    (ms) => randomnessOfUnit(hostMinute('batch-1', ms)) < '80000000000000',
  );
  assert.ok(minute !== undefined);
  const log = (stringValue: string, ...attributes: Attributes): Log => ({
    timeUnixNano: nanoseconds(minute),
    body: { stringValue },
    attributes: [text('name', stringValue.slice(0, 40)), ...attributes],
  });
  const iam = '{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","eventID":"1","readOnly":false}';
  const read =
    '{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"2","readOnly":true,"eventType":"AwsApiCall"}';
  await send(
    'logs',
    logsOf('batch-1', [
      log(iam),
      log(read),
      log('canary', { key: 'cnapp.exercise', value: { boolValue: true } }),
      log('from another stage', text('sampling.threshold', 'ff'), text('sampling.randomness', 'ffff0000000000')),
      log('a lie', text('sampling.threshold', 'ff'), text('sampling.randomness', '10000000000000')),
      log('an ordinary line'),
    ]),
  );
  await settled('all kinds are there');
  const special = arrived().logs.filter(([, one]) => at(one, 'name') !== undefined);
  assert.deepEqual(
    special
      .map(([, one]) => [
        (at(one, 'name') ?? '').slice(0, 18),
        at(one, 'cnapp.sampling.policy'),
        at(one, 'sampling.threshold'),
      ])
      .sort(),
    [
      ['a lie', 'inconsistent', undefined],
      ['canary', 'never_drop', '0'],
      ['from another stage', 'tiers.v1', 'ff'],
      [iam.slice(0, 18), 'never_drop', '0'],
    ].sort(),
  );
  const threshold = decodeThreshold('ff');
  assert.ok(threshold.ok && threshold.value > thresholds.T3);
});

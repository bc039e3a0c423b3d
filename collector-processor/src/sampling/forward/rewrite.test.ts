import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TappedKind } from '@cnapp-slo/model';
import { DEFAULT_SAMPLING, decodeThreshold, hostMinute, type Tier, type TierLookup } from '@cnapp-slo/model';
import {
  type LogRecordView,
  readLogs,
  readLogsJson,
  readSpans,
  readSpansJson,
  type SpanView,
} from '../../pipeline/otlp/index.ts';
import { decode, encode } from '../../pipeline/otlp/protobuf-oracle.ts';
import { ByteBudget } from '../byte-budget.ts';
import type { Fate } from '../fate.ts';
import { randomnessOfUnit } from '../randomness.ts';
import { Sampler } from '../sampler.ts';
import { jsonToProto } from './json-to-proto.ts';
import { rewriteJson, wrapNative } from './rewrite-json.ts';
import { rewriteProto } from './rewrite-proto.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');
const stamp = (ms: number): string => `${BigInt(ms) * 1_000_000n}`;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const tiers: TierLookup = {
  find: (_tenant, _asset, resource) => ({ tier: String(resource.tier ?? 'T2') as Tier, assetClass: 'host' }),
};

/** Kept by a tenth of the units, or not. */
const minutes = Array.from({ length: 300 }, (_, i) => NOW + i * 60_000);
const isHigh = (ms: number) => randomnessOfUnit(hostMinute('h', ms)) >= 'e6660000000000';
const keptMs = minutes.find(isHigh) ?? 0;
const droppedMs = minutes.find((ms) => !isHigh(ms)) ?? 0;

function fatesOf(
  bytes: Uint8Array,
  signal: 'logs' | 'traces',
  isJson: boolean,
  policy = { ...DEFAULT_SAMPLING, revision: 'r1' },
): Fate[] {
  const sampler = new Sampler(policy, new ByteBudget({})).begin(tiers, NOW);
  const kind: TappedKind = {
    tenant: 'default',
    format: 'otlp-logs',
    eventClass: 'log',
    assetId: null,
  };
  const log = (record: LogRecordView) => sampler.take(record, kind, record.timeMs);
  const span = (one: SpanView) => sampler.take(one, { ...kind, traceState: one.traceState }, one.endMs);
  if (signal === 'logs') (isJson ? readLogsJson : readLogs)(bytes, log);
  else (isJson ? readSpansJson : readSpans)(bytes, span);
  sampler.finish();
  return sampler.fates;
}

/** The same request through both encodings, as protobuf-es reads what is left. */
function sampled(request: object, signal: 'logs' | 'traces', policy = { ...DEFAULT_SAMPLING, revision: 'r1' }) {
  const message = signal === 'logs' ? 'LogsRequest' : 'TraceRequest';
  const proto = encode(message, request);
  const kept = rewriteProto(proto, signal, fatesOf(proto, signal, false, policy), NOW);
  const json = Buffer.from(JSON.stringify(request));
  const keptJson = rewriteJson(json, signal, fatesOf(json, signal, true, policy), NOW);
  assert.equal(kept === null, keptJson === null);
  if (!kept || !keptJson) return null;
  const read = decode(message, kept);
  assert.deepEqual(decode(message, jsonToProto(keptJson, signal)), read, 'both encodings agree');
  return read;
}

const logs = (logRecords: object[], resource: object[] = [text('host.name', 'h')]) => ({
  resourceLogs: [
    {
      resource: { attributes: resource },
      scopeLogs: [{ scope: { name: 'app', version: '1' }, logRecords }],
    },
  ],
});

test('kept log records are marked with what was applied, dropped ones are gone, the frame stays', () => {
  const record = (ms: number, body: string, attributes: object[] = []) => ({
    timeUnixNano: stamp(ms),
    severityNumber: 9,
    body: { stringValue: body },
    attributes,
  });
  const request = logs([
    record(droppedMs, 'dropped'),
    record(keptMs, 'kept', [text('k', 'v'), text('cnapp.sampling.tier', 'T9')]),
  ]);
  assert.deepEqual(
    sampled(request, 'logs'),
    decode(
      'LogsRequest',
      encode(
        'LogsRequest',
        logs([
          record(keptMs, 'kept', [
            text('k', 'v'),
            text('sampling.threshold', 'e666'),
            text('sampling.randomness', randomnessOfUnit(hostMinute('h', keptMs))),
            text('cnapp.sampling.tier', 'T2'),
            text('cnapp.sampling.policy', 'tiers.v1'),
            text('cnapp.sampling.config_rev', 'r1'),
          ]),
        ]),
      ),
    ),
  );
  assert.equal(sampled(logs([record(droppedMs, 'dropped')]), 'logs'), null);
});

test("a span's threshold is in its tracestate, beside what others wrote there", () => {
  const span = (traceId: string, traceState: string) => ({
    traceId: Buffer.from(traceId, 'hex').toString('base64'),
    spanId: Buffer.from('eee19b7ec3c1b174', 'hex').toString('base64'),
    name: 'work',
    traceState,
  });
  const high = '5b8efff798038103d2ffffffffffff00';
  const request = {
    resourceSpans: [
      {
        resource: { attributes: [text('host.name', 'h')] },
        scopeSpans: [
          {
            spans: [
              span(high, 'vendor=x'),
              span(high, 'ot=th:f0,vendor=x'),
              span(high, 'ot=th:ff;p:1'),
              span('5b8efff798038103d200000000000000', ''),
            ],
          },
        ],
      },
    ],
  };
  const proto = encode('TraceRequest', request);
  const kept = rewriteProto(proto, 'traces', fatesOf(proto, 'traces', false), NOW);
  const states: string[] = [];
  readSpans(kept ?? new Uint8Array(), (one) => states.push(one.traceState));
  assert.deepEqual(states, ['ot=th:e666,vendor=x', 'ot=th:f,vendor=x', 'ot=th:ff;p:1']);
});

test('what arrived although its threshold rejects it goes on without one', () => {
  const request = logs([
    {
      timeUnixNano: stamp(keptMs),
      body: { stringValue: 'a lie' },
      attributes: [text('sampling.threshold', 'ff'), text('sampling.randomness', '10000000000000')],
    },
  ]);
  const proto = encode('LogsRequest', request);
  const kept = rewriteProto(proto, 'logs', fatesOf(proto, 'logs', false), NOW) ?? new Uint8Array();
  readLogs(kept, (record) => {
    assert.equal(record.attribute('sampling.threshold'), undefined);
    assert.equal(record.attribute('cnapp.sampling.policy'), 'inconsistent');
  });
});

test('101 lines of one unit become three exemplars and an exact count', () => {
  const line = (i: number) => ({ timeUnixNano: stamp(droppedMs), body: { stringValue: `line ${i}` } });
  const proto = encode('LogsRequest', logs(Array.from({ length: 101 }, (_, i) => line(i))));
  const kept = rewriteProto(proto, 'logs', fatesOf(proto, 'logs', false), NOW) ?? new Uint8Array();
  const read: [string, unknown, unknown][] = [];
  readLogs(kept, (record) =>
    read.push([
      record.bodyText(),
      record.attribute('cnapp.sampling.summary.count'),
      record.attribute('sampling.threshold'),
    ]),
  );
  assert.deepEqual(read, [
    ['line 0', undefined, undefined],
    ['cnapp.sampling.summary', 101, '0'],
    ['line 1', undefined, undefined],
    ['line 2', undefined, undefined],
  ]);
  const bytes = fatesOf(proto, 'logs', false)[0]?.summary?.bytes;
  assert.ok((bytes ?? 0) > 1000 && (bytes ?? 0) < proto.length);
});

test("a message of a tool's own format is wrapped", () => {
  const fate: Fate = {
    places: [0],
    bytes: 2,
    kept: 1,
    threshold: '00000000000000',
    randomness: null,
    tier: 'T1',
    policy: 'never_drop',
    revision: 'r1',
    tenant: 'default',
    asset: 'a',
    summary: null,
  };
  const { resourceLogs } = JSON.parse(wrapNative(Buffer.from('{}'), fate, NOW).toString());
  const [record] = resourceLogs[0].scopeLogs[0].logRecords;
  assert.equal(record.body.stringValue, '{}');
  assert.equal(record.attributes[0].value.stringValue, '0');
});

test('JSON to protobuf: every kind of value arrives as protobuf-es reads it', () => {
  const request = logs([
    {
      timeUnixNano: '1700000000000000001',
      observedTimeUnixNano: '1700000000000000002',
      severityNumber: 17,
      severityText: 'ERROR',
      body: {
        kvlistValue: {
          values: [
            { key: 'i', value: { intValue: '-5' } },
            { key: 'd', value: { doubleValue: 1.5 } },
            { key: 'b', value: { boolValue: true } },
            { key: 'a', value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: '7' }] } } },
          ],
        },
      },
      flags: 1,
      droppedAttributesCount: 3,
      eventName: 'e',
    },
  ]);
  assert.deepEqual(
    decode('LogsRequest', jsonToProto(Buffer.from(JSON.stringify(request)), 'logs')),
    decode('LogsRequest', encode('LogsRequest', request)),
  );
  assert.ok(decodeThreshold('0').ok);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  DEFAULT_SAMPLING,
  type EventClass,
  hostMinute,
  isKept,
  MINUTE_MS,
  NEVER_DROP,
  type SamplingPolicy,
  seeded,
  type TappedKind,
  type TappedRecord,
  type Tier,
  type TierLookup,
  thresholdsOf,
  upperBoundLoss,
} from '@cnapp-slo/model';
import { ByteBudget } from './byte-budget.ts';
import type { Fate } from './fate.ts';
import { Sampler } from './sampler.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');
const TIERS: readonly Tier[] = ['T0', 'T1', 'T2', 'T3'];
/** A host's tier is in its name. */
const tiers: TierLookup = {
  find: (_tenant, _asset, resource) => ({
    tier: String(resource['host.name']).slice(0, 2) as Tier,
    assetClass: 'host',
  }),
};
const classes: readonly EventClass[] = [
  ...([...NEVER_DROP] as EventClass[]),
  ...(['log', 'network', 'process', 'audit_read', 'span', 'cloud_write'] as const),
];

interface Line {
  host: string;
  timeMs: number;
  eventClass: EventClass;
  bytes: number;
  arriving?: Record<string, string>;
}

/** Takes lines in deliveries of fifty; the fate of each, by its place. */
function takeAll(sampler: Sampler, lines: readonly Line[]): { line: Line; fate: Fate; isKept: boolean }[] {
  const resources = new Map<string, object>();
  const taken: { line: Line; fate: Fate; isKept: boolean }[] = [];
  for (let from = 0; from < lines.length; from += 50) {
    const delivery = lines.slice(from, from + 50);
    const one = sampler.begin(tiers, NOW + from * 1000);
    for (const [place, line] of delivery.entries()) {
      const resource = resources.get(line.host) ?? { 'host.name': line.host };
      resources.set(line.host, resource);
      const record: TappedRecord = {
        resource: resource as TappedRecord['resource'],
        scopeName: 's',
        traceId: undefined,
        byteLength: line.bytes,
        place,
        attribute: (name) => line.arriving?.[name],
      };
      const kind: TappedKind = { tenant: 'default', format: 'f', eventClass: line.eventClass, assetId: null };
      one.take(record, kind, line.timeMs);
    }
    one.finish();
    for (const fate of one.fates)
      for (const [index, place] of fate.places.entries())
        taken.push({ line: delivery[place] as Line, fate, isKept: index < fate.kept });
  }
  return taken;
}

test('whatever the stream, the tiers, the budget and what arrives sampled: nothing of a never-drop class is lost', (context) => {
  const random = seeded(21);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const digits = (): string =>
    Math.floor(random() * 2 ** 52)
      .toString(16)
      .padStart(14, '0');
  let kept = 0;
  for (let stream = 0; stream < 200; stream += 1) {
    const probability = Object.fromEntries(TIERS.map((tier) => [tier, 2 ** -(random() * 20)])) as Record<Tier, number>;
    const policy: SamplingPolicy = { ...DEFAULT_SAMPLING, probability, heavyItems: 1 + Math.floor(random() * 20) };
    const sampler = new Sampler(policy, new ByteBudget(random() < 0.5 ? { T1: 1000, T2: 1000, T3: 1000 } : {}));
    if (random() < 0.5) sampler.use(policy, { id: 'c', policy: { ...policy, revision: 'c' }, share: random() });
    const lines = Array.from({ length: 500 }, (): Line => {
      const arriving = random() < 0.1 ? { 'sampling.threshold': digits(), 'sampling.randomness': digits() } : null;
      return {
        host: `${pick(TIERS)}-${Math.floor(random() * 3)}`,
        timeMs: NOW + Math.floor(random() * 5) * MINUTE_MS,
        eventClass: pick(classes),
        bytes: 1 + Math.floor(random() * 1000),
        ...(arriving && { arriving }),
      };
    });
    const taken = takeAll(sampler, lines);
    assert.equal(taken.length, lines.length);
    const forced = taken.filter(({ line }) => NEVER_DROP.has(line.eventClass));
    assert.deepEqual(
      forced.filter((one) => !one.isKept),
      [],
    );
    kept += forced.length;
  }
  // Rule of three: with 95 % confidence the rate of loss is below it.
  context.diagnostic(`0 of ${kept} lost, with 95 % confidence less than ${upperBoundLoss(kept)?.toExponential(1)}`);
  assert.ok((upperBoundLoss(kept) ?? 1) < 1e-4);
});

test('a canary is a share of the senders, whatever their randomness; each record says which tiers decided', () => {
  const standing: SamplingPolicy = { ...DEFAULT_SAMPLING, revision: 'r1' };
  const probability = { T0: 1, T1: 0.5, T2: 0.5, T3: 0.02 };
  const sampler = new Sampler(standing, new ByteBudget({}));
  sampler.use(standing, { id: 'a', policy: { ...standing, revision: 'r1+a', probability }, share: 0.2 });
  const hosts = Array.from({ length: 1000 }, (_, index) => `T2-${index}`);
  const lines = hosts.flatMap((host) =>
    [0, 1, 2].map((minute): Line => ({ host, timeMs: NOW + minute * MINUTE_MS, eventClass: 'log', bytes: 100 })),
  );
  const taken = takeAll(sampler, lines);
  const onCanary = new Set(taken.filter(({ fate }) => fate.revision === 'r1+a').map(({ line }) => line.host));
  // 200 ± 3·√(1000·.2·.8)
  assert.ok(Math.abs(onCanary.size - 200) <= 38, String(onCanary.size));
  const thresholds = { 'r1+a': thresholdsOf({ ...standing, probability }).T2, r1: thresholdsOf(standing).T2 };
  for (const { line, fate, isKept: stays } of taken) {
    assert.equal(fate.revision, onCanary.has(line.host) ? 'r1+a' : 'r1', 'a sender is on canary always or never');
    const randomness = createHash('sha256').update(hostMinute(line.host, line.timeMs)).digest('hex').slice(0, 14);
    assert.equal(stays, isKept(randomness, thresholds[fate.revision as 'r1']));
  }
});

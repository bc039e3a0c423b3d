import type { SamplingPolicy, TappedKind, TappedRecord, Thresholds, Tier, TierLookup } from '@cnapp-slo/model';
import {
  bytesOf,
  decideSampling,
  decodeRandomness,
  decodeThreshold,
  hostMinute,
  isSummed,
  keptByAll,
  NEVER_DROP,
  parseTraceState,
  randomnessOfTrace,
  senderOf,
  thresholdFor,
  thresholdsOf,
  UNKNOWN_TIER,
} from '@cnapp-slo/model';
import type { ByteBudget } from './byte-budget.ts';
import { randomnessOfUnit } from './randomness.ts';

/** What becomes of a record. */
export interface Fate {
  /** Where the record stands in its payload. */
  place: number;
  bytes: number;
  kept: boolean;
  /** Null: kept, but nobody can say with which probability. */
  threshold: string | null;
  /** Null: it is the trace id's, or the one that arrived. */
  randomness: string | null;
  /** null: nobody knows the asset. */
  tier: Tier | null;
  policy: 'tier' | 'never_drop' | 'inconsistent' | 'summary' | 'backfill';
  tenant: string;
  /** The asset that it is about, or its sender. */
  asset: string;
  /** Shared by the records that one summary tells of. */
  summary: Summary | null;
}

/** Records of one template in one unit that are told by their number. */
export interface Summary {
  template: string;
  unit: string;
  count: number;
  bytes: number;
}

/** What was seen of one kind since the last `take()`. */
export interface Seen {
  unit: string;
  template: string;
  asset: string;
  tier: Tier | null;
  format: string;
  eventClass: string;
  timeMs: number;
  events: number;
  bytes: number;
  keptBytes: number;
}

/** Host-minutes whose hash is remembered. */
const MAX_HASHES = 20_000;

/** Decides about the records of a delivery; the same unit always the same. */
export class Sampler {
  readonly policy: SamplingPolicy;
  readonly #thresholds: Thresholds;
  readonly #budget: ByteBudget;
  readonly #hashes = new Map<string, string>();

  constructor(policy: SamplingPolicy, budget: ByteBudget) {
    this.policy = policy;
    this.#thresholds = thresholdsOf(policy);
    this.#budget = budget;
  }

  begin(tiers: TierLookup, nowMs: number, mayHaveThresholds: boolean): DeliverySampler {
    return new DeliverySampler(this, tiers, nowMs, mayHaveThresholds);
  }

  decide(record: TappedRecord, kind: TappedKind, { tier, unit, asset, arriving: at, nowMs }: Circumstances): Fate {
    const isUnit = record.traceId === undefined && at.randomness === null;
    const randomness =
      at.randomness ?? (record.traceId === undefined ? this.#hash(unit) : randomnessOfTrace(record.traceId));
    let threshold = thresholdFor(this.#thresholds, tier, kind.eventClass);
    const isForced = NEVER_DROP.has(kind.eventClass);
    if (!isForced) {
      const budget = this.#budget.thresholdFor(tier ?? UNKNOWN_TIER, randomness, record.byteLength, nowMs);
      threshold = keptByAll(threshold, budget);
    }
    const outcome = decideSampling(randomness, at.threshold, threshold);
    const policy = outcome.inconsistent ? 'inconsistent' : isForced ? 'never_drop' : 'tier';
    return {
      place: record.place,
      bytes: record.byteLength,
      kept: outcome.kept,
      threshold: outcome.threshold,
      randomness: isUnit ? randomness : null,
      tier,
      policy,
      tenant: kind.tenant,
      asset,
      summary: null,
    };
  }

  #hash(unit: string): string {
    let hash = this.#hashes.get(unit);
    if (hash === undefined) {
      if (this.#hashes.size >= MAX_HASHES) this.#hashes.clear();
      hash = randomnessOfUnit(unit);
      this.#hashes.set(unit, hash);
    }
    return hash;
  }
}

/** What a decision depends on beside the record. */
interface Circumstances {
  tier: Tier | null;
  unit: string;
  asset: string;
  arriving: Arriving;
  nowMs: number;
}

/** What a record says of earlier stages; digits, or null. */
interface Arriving {
  threshold: string | null;
  randomness: string | null;
}

const NOTHING: Arriving = { threshold: null, randomness: null };

/** One delivery's records; `finish` when all were taken. */
export class DeliverySampler {
  readonly fates: Fate[] = [];
  readonly seen: Seen[] = [];
  readonly #sampler: Sampler;
  readonly #tiers: TierLookup;
  readonly #nowMs: number;
  readonly #mayHaveThresholds: boolean;
  readonly #groups = new Map<string, Fate[]>();
  #lastSeen: Seen | null = null;
  #lastResource: object | null = null;
  #sender = '';

  constructor(sampler: Sampler, tiers: TierLookup, nowMs: number, mayHaveThresholds: boolean) {
    this.#sampler = sampler;
    this.#tiers = tiers;
    this.#nowMs = nowMs;
    this.#mayHaveThresholds = mayHaveThresholds;
  }

  take(record: TappedRecord, kind: TappedKind): void {
    const { resource } = record;
    if (resource !== this.#lastResource) {
      this.#lastResource = resource;
      this.#sender = senderOf(resource);
    }
    const place = this.#tiers.find(kind.tenant, kind.assetId, resource);
    const tier = place?.tier ?? null;
    const timeMs = kind.timeMs ?? this.#nowMs;
    const unit = record.traceId ?? hostMinute(this.#sender, timeMs);
    const arriving = this.#mayHaveThresholds || kind.traceState ? arrivingOf(record, kind) : NOTHING;
    const asset = kind.assetId ?? this.#sender;
    const fate = this.#sampler.decide(record, kind, { tier, unit, asset, arriving, nowMs: this.#nowMs });
    const template = `${kind.format} ${kind.eventClass} ${record.scopeName}`;
    this.fates.push(fate);
    this.#note(fate, kind, unit, template, timeMs);
    if (fate.policy !== 'tier' || kind.traceState !== undefined) return;
    const key = `${unit}\n${template}\n${tier ?? UNKNOWN_TIER}`;
    const group = this.#groups.get(key);
    if (group) group.push(fate);
    else this.#groups.set(key, [fate]);
  }

  /** Heavy groups of log records become summaries: exact, whatever the threshold was. Spans have no place for one. */
  finish(): void {
    const { policy } = this.#sampler;
    if (this.fates.length <= policy.heavyItems) return;
    for (const [key, fates] of this.#groups) {
      const [unit = '', template = '', tier] = key.split('\n');
      if (!isSummed(policy, tier as Tier, 'log', fates.length)) continue;
      const summary: Summary = { unit, template, count: fates.length, bytes: bytesOf(fates) };
      for (const [index, fate] of fates.entries()) {
        fate.kept = index < policy.exemplars;
        fate.policy = 'summary';
        fate.threshold = null; // an exemplar stands for nothing but itself
        fate.summary = summary;
      }
    }
  }

  #note(
    { asset, tier, bytes, kept }: Fate,
    { format, eventClass }: TappedKind,
    unit: string,
    template: string,
    timeMs: number,
  ): void {
    let seen = this.#lastSeen;
    if (!seen || seen.unit !== unit || seen.template !== template || seen.asset !== asset) {
      seen = { unit, template, asset, tier, format, eventClass, timeMs, events: 0, bytes: 0, keptBytes: 0 };
      this.seen.push(seen);
      this.#lastSeen = seen;
    }
    seen.events += 1;
    seen.bytes += bytes;
    if (kept) seen.keptBytes += bytes;
  }
}

/** Logs say it in attributes, spans in `tracestate`; what cannot be read counts as not said. */
function arrivingOf(record: TappedRecord, { traceState }: TappedKind): Arriving {
  if (traceState !== undefined) {
    const { ot } = parseTraceState(traceState).state;
    return { threshold: ot.th?.value ?? null, randomness: ot.rv?.value ?? null };
  }
  const th = record.attribute('sampling.threshold');
  const rv = record.attribute('sampling.randomness');
  const threshold = typeof th === 'string' ? decodeThreshold(th) : null;
  const randomness = typeof rv === 'string' ? decodeRandomness(rv) : null;
  return { threshold: threshold?.ok ? threshold.value : null, randomness: randomness?.ok ? randomness.value : null };
}

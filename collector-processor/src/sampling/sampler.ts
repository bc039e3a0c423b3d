import type { SamplingPolicy, TappedKind, TappedRecord, Thresholds, Tier, TierLookup } from '@cnapp-slo/model';
import {
  bytesOf,
  decideSampling,
  decodeRandomness,
  decodeThreshold,
  hostMinute,
  isSummed,
  keptByAll,
  MINUTE_MS,
  NEVER_DROP,
  parseTraceState,
  randomnessOfTrace,
  senderOf,
  thresholdFor,
  thresholdsOf,
  UNKNOWN_TIER,
} from '@cnapp-slo/model';
import type { ByteBudget } from './byte-budget.ts';
import { type Fate, keptBytesOf, type Summary } from './fate.ts';
import { randomnessOfUnit } from './randomness.ts';

/** What a delivery held of one kind in one unit. */
export interface Seen {
  tenant: string;
  unit: string;
  randomness: string;
  template: string;
  asset: string;
  tier: Tier | null;
  /** Of the tiers that decided. */
  revision: string;
  format: string;
  eventClass: string;
  timeMs: number;
  events: number;
  bytes: number;
  keptBytes: number;
}

/** Host-minutes whose hash is remembered. */
const MAX_HASHES = 20_000;

/** What a policy makes of tiers. */
interface Lane {
  policy: SamplingPolicy;
  thresholds: Thresholds;
}

/** A policy on canary: for a share of the senders. */
export interface Trial {
  id: string;
  policy: SamplingPolicy;
  share: number;
}

/** Decides about the records of a delivery; the same unit always the same. */
export class Sampler {
  readonly #budget: ByteBudget;
  readonly #hashes = new Map<string, string>();
  #standing: Lane;
  #trial: (Omit<Trial, 'policy'> & { lane: Lane; isIn: Map<string, boolean> }) | null = null;

  constructor(policy: SamplingPolicy, budget: ByteBudget) {
    this.#standing = laneOf(policy);
    this.#budget = budget;
  }

  /** For the deliveries that begin from now on. */
  use(standing: SamplingPolicy, trial: Trial | null): void {
    this.#standing = laneOf(standing);
    this.#trial = trial && { id: trial.id, share: trial.share, lane: laneOf(trial.policy), isIn: new Map() };
  }

  /** Which policy decides about a sender. Whether it is on trial has nothing to do with the randomness of its units. */
  laneFor(tenant: string, sender: string): Lane {
    const trial = this.#trial;
    if (trial === null) return this.#standing;
    const key = `${trial.id}\n${tenant}\n${sender}`;
    let isIn = trial.isIn.get(key);
    if (isIn === undefined) {
      if (trial.isIn.size >= MAX_HASHES) trial.isIn.clear();
      isIn = Number.parseInt(randomnessOfUnit(key).slice(0, 8), 16) < trial.share * 2 ** 32;
      trial.isIn.set(key, isIn);
    }
    return isIn ? trial.lane : this.#standing;
  }

  begin(tiers: TierLookup, nowMs: number): DeliverySampler {
    return new DeliverySampler(this, tiers, nowMs);
  }

  /** What a run brought, kept or not. */
  spend(tier: Tier | null, randomness: string, bytes: number): void {
    this.#budget.add(tier ?? UNKNOWN_TIER, randomness, bytes);
  }

  /** The fate of one record, for the others of its run to join. */
  decide(
    record: TappedRecord,
    kind: TappedKind,
    { lane, tier, unit, asset, arriving, nowMs, traceId }: Circumstances,
  ): { fate: Fate; randomness: string } {
    const isUnit = traceId === undefined && arriving.randomness === null;
    const randomness = arriving.randomness ?? (traceId === undefined ? this.#hash(unit) : randomnessOfTrace(traceId));
    const isForced = NEVER_DROP.has(kind.eventClass);
    const own = thresholdFor(lane.thresholds, tier, kind.eventClass);
    const threshold = isForced ? own : keptByAll(own, this.#budget.thresholdAt(tier ?? UNKNOWN_TIER, nowMs));
    const outcome = decideSampling(randomness, arriving.threshold, threshold);
    const fate: Fate = {
      places: [record.place],
      bytes: record.byteLength,
      kept: outcome.kept ? 1 : 0,
      threshold: outcome.threshold,
      randomness: isUnit ? randomness : null,
      tier,
      policy: outcome.inconsistent ? 'inconsistent' : isForced ? 'never_drop' : 'tier',
      revision: lane.policy.revision,
      tenant: kind.tenant,
      asset,
      summary: null,
    };
    return { fate, randomness };
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

function laneOf(policy: SamplingPolicy): Lane {
  return { policy, thresholds: thresholdsOf(policy) };
}

/** What a decision depends on beside the record. */
interface Circumstances {
  lane: Lane;
  tier: Tier | null;
  unit: string;
  asset: string;
  arriving: Arriving;
  nowMs: number;
  traceId: string | undefined;
}

/** What a record says of earlier stages; digits, or null. */
interface Arriving {
  threshold: string | null;
  randomness: string | null;
}

const NOTHING: Arriving = { threshold: null, randomness: null };

/** What the records of a run have in common. */
interface Run {
  fate: Fate;
  lane: Lane;
  randomness: string;
  resource: object;
  traceId: string | undefined;
  minute: number;
  scopeName: string;
  format: string;
  eventClass: string;
  assetId: string | null;
  unit: string;
  template: string;
  timeMs: number;
  /** Spans have no place for a summary. */
  isSpan: boolean;
}

/** One delivery's records; `finish` when all were taken. */
export class DeliverySampler {
  readonly #sampler: Sampler;
  readonly #tiers: TierLookup;
  readonly #nowMs: number;
  readonly #runs: Run[] = [];
  #last: Run | null = null;
  #lastResource: object | null = null;
  #sender = '';

  constructor(sampler: Sampler, tiers: TierLookup, nowMs: number) {
    this.#sampler = sampler;
    this.#tiers = tiers;
    this.#nowMs = nowMs;
  }

  get fates(): Fate[] {
    return this.#runs.map(({ fate }) => fate);
  }

  take(record: TappedRecord, kind: TappedKind, atMs: number | undefined): void {
    const timeMs = atMs ?? this.#nowMs;
    const minute = Math.floor(timeMs / MINUTE_MS);
    const { traceId } = record;
    const last = this.#last;
    // Most records are like the one before: they need no look at tiers, keys or thresholds.
    if (
      last !== null &&
      last.resource === record.resource &&
      last.traceId === traceId &&
      (traceId !== undefined || last.minute === minute) &&
      last.scopeName === record.scopeName &&
      last.eventClass === kind.eventClass &&
      last.format === kind.format &&
      last.assetId === kind.assetId &&
      !hasArriving(record, kind)
    ) {
      const { fate } = last;
      fate.places.push(record.place);
      fate.bytes += record.byteLength;
      if (fate.kept > 0) fate.kept += 1;
      return;
    }
    this.#begin(record, kind, traceId, timeMs, minute);
  }

  /** Heavy groups of log records become summaries: exact, whatever the threshold was. */
  finish(): void {
    for (const { fate, randomness } of this.#runs)
      if (fate.policy === 'tier') this.#sampler.spend(fate.tier, randomness, fate.bytes);
    const groups = Map.groupBy(
      this.#runs.filter(({ fate, isSpan }) => fate.policy === 'tier' && !isSpan),
      ({ unit, template, fate }) => `${unit}\n${template}\n${fate.tier ?? UNKNOWN_TIER}\n${fate.revision}`,
    );
    for (const runs of groups.values()) {
      const { unit, template, fate: first, lane } = runs[0] as Run;
      const count = runs.reduce((sum, { fate }) => sum + fate.places.length, 0);
      if (!isSummed(lane.policy, first.tier, 'log', count)) continue;
      const summary: Summary = { unit, template, count, bytes: bytesOf(runs.map(({ fate }) => fate)) };
      let exemplars = lane.policy.exemplars;
      for (const { fate } of runs) {
        fate.kept = Math.min(exemplars, fate.places.length);
        exemplars -= fate.kept;
        fate.policy = 'summary';
        fate.threshold = null; // an exemplar stands for nothing but itself
        fate.summary = summary;
      }
    }
  }

  /** What was seen, for the recording. */
  seen(): Seen[] {
    return this.#runs.map(({ fate, unit, randomness, template, format, eventClass, timeMs }) => ({
      tenant: fate.tenant,
      unit,
      randomness,
      template,
      asset: fate.asset,
      tier: fate.tier,
      revision: fate.revision,
      format,
      eventClass,
      timeMs,
      events: fate.places.length,
      bytes: fate.bytes,
      keptBytes: keptBytesOf(fate),
    }));
  }

  #begin(record: TappedRecord, kind: TappedKind, traceId: string | undefined, timeMs: number, minute: number): void {
    const { resource, scopeName } = record;
    const { format, eventClass, assetId, tenant, traceState } = kind;
    if (resource !== this.#lastResource) {
      this.#lastResource = resource;
      this.#sender = senderOf(resource);
    }
    const tier = this.#tiers.find(tenant, assetId, resource)?.tier ?? null;
    const unit = traceId ?? hostMinute(this.#sender, timeMs);
    const arriving = hasArriving(record, kind) ? arrivingOf(record, kind) : NOTHING;
    const asset = assetId ?? this.#sender;
    const lane = this.#sampler.laneFor(tenant, this.#sender);
    const nowMs = this.#nowMs;
    const decided = this.#sampler.decide(record, kind, { lane, tier, unit, asset, arriving, nowMs, traceId });
    const template = `${format} ${eventClass} ${scopeName}`;
    const isSpan = traceState !== undefined;
    const shared = {
      lane,
      resource,
      traceId,
      minute,
      scopeName,
      format,
      eventClass,
      assetId,
      unit,
      template,
      timeMs,
      isSpan,
    };
    const run = { ...decided, ...shared };
    // What earlier stages said is one record's own.
    this.#last = arriving === NOTHING ? run : null;
    this.#runs.push(run);
  }
}

/** Whether earlier stages left a word. */
function hasArriving(record: TappedRecord, { traceState }: TappedKind): boolean {
  if (traceState !== undefined) return traceState !== '';
  return record.attribute('sampling.threshold') !== undefined || record.attribute('sampling.randomness') !== undefined;
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

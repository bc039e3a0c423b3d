import type { Actor, SamplingPolicy, Simulation, SimulationSettings, Tier, VolumeRow } from '@cnapp-slo/model';
import {
  bytesOf,
  costOf,
  optimalPolicy,
  type ParetoPoint,
  paretoCurve,
  simulate,
  TIERS,
  type VolumeDimension,
  volumesBy,
} from '@cnapp-slo/model';
import type { PromotionRecord } from './promotions.ts';
import type { SamplingService } from './service.ts';
import type { TierEntry } from './tier-table.ts';

/** A change that somebody thinks about; what is left out stays. */
export interface Candidate {
  probability?: Partial<Record<Tier, number>>;
  heavyItems?: number;
  /** Instead of probabilities: the best ones for this share of the bytes. */
  budgetShare?: number;
  whole?: Tier[];
}

export interface CandidateReport {
  current: Simulation;
  candidate: Simulation;
  probability: Readonly<Record<Tier, number>>;
  pareto: ParetoPoint[];
  /** Lines of the tiers file that change, as a review shows them. */
  diff: string;
  /** True detections on c0 and c1 assets that the change makes less likely to leave a trace: it needs an override with a reason. */
  needs_override: boolean;
  losses: Simulation['critical_losses'];
  window_seconds: number;
}

const DAY_MS = 86_400_000;
const MONTH_DAYS = 365.25 / 12;
const DIMENSIONS = { tier: 'tier', event_class: 'eventClass', source: 'source', asset_class: 'assetClass' } as const;
/** Rows by dimension that are shown. */
const MAX_ROWS = 50;

/** What people ask about sampling, and what they decide. */
export class SamplingDesk {
  readonly #service: SamplingService;
  readonly #volumes: () => Iterable<VolumeRow>;
  readonly #nowMs: () => number;

  constructor(service: SamplingService, volumes: () => Iterable<VolumeRow>, nowMs: () => number) {
    this.#service = service;
    this.#volumes = volumes;
    this.#nowMs = nowMs;
  }

  /** Volumes are of the last `days` UTC days, the running one among them. */
  overview(days: number) {
    const { config, table, queuedBytes, recorder } = this.#service;
    const { policy, prices } = config.tiers;
    const today = Math.floor(this.#nowMs() / DAY_MS);
    const rows = [...this.#volumes()].filter(({ day }) => day > today - days);
    const firstDay = rows.reduce((first, { day }) => Math.min(first, day), today);
    const spanDays = this.#nowMs() / DAY_MS - firstDay;
    const shown = (dimension: VolumeDimension) =>
      volumesBy(rows, dimension)
        .slice(0, MAX_ROWS)
        .map(([name, { events, bytes }]) => ({
          name,
          events,
          bytes,
          gb_per_day: bytes / 1e9 / spanDays,
          cost_per_month: costOf((bytes / spanDays) * MONTH_DAYS, prices),
        }));
    const recorded = recorder.bytesSince(this.#nowMs() - DAY_MS);
    return {
      mode: config.mode,
      revision: policy.revision,
      probability: policy.probability,
      heavy_items: policy.heavyItems,
      whole: policy.whole,
      assets: table.counts(),
      days: spanDays,
      volumes: Object.fromEntries(
        Object.entries(DIMENSIONS).map(([name, dimension]) => [name, shown(dimension)]),
      ) as Record<keyof typeof DIMENSIONS, ReturnType<typeof shown>>,
      last_day: config.mode === 'off' ? null : { bytes: recorded.bytes, kept_bytes: recorded.keptBytes },
      queue_bytes: queuedBytes,
    };
  }

  /** By tier, then id. */
  assets(tenant: string | undefined, tier: Tier | undefined): TierEntry[] {
    return [...this.#service.table.entries()]
      .filter(({ subject, tier: own }) => (!tenant || subject.tenant === tenant) && (!tier || own === tier))
      .sort((a, b) => (a.tier === b.tier ? (a.subject.id < b.subject.id ? -1 : 1) : a.tier < b.tier ? -1 : 1));
  }

  promotions(tenant: string | undefined): PromotionRecord[] {
    return this.#service.promotions.all().filter((record) => !tenant || record.tenant === tenant);
  }

  /** null: the inventory does not know the asset. */
  async promote(tenant: string, assetId: string, reason: string, actor: Actor): Promise<PromotionRecord[] | null> {
    if (!this.#service.table.get(tenant, assetId)) return null;
    return this.#service.promote(tenant, assetId, reason, actor);
  }

  /** Over the recorded window of the last day. null: nothing was recorded; `too_little`: the budget is less than what must be kept. */
  simulate(tenant: string, candidate: Candidate): CandidateReport | null | 'too_little' {
    const { policy, prices } = this.#service.config.tiers;
    const items = this.#service.recorded(tenant);
    if (items.length === 0) return null;
    const first = items.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
    const last = items.reduce((most, { atMs }) => Math.max(most, atMs), 0);
    const settings: SimulationSettings = { policy, prices, seconds: Math.max(60, (last - first) / 1000) };
    const asked: SamplingPolicy = {
      ...policy,
      revision: `${policy.revision}+candidate`,
      heavyItems: candidate.heavyItems ?? policy.heavyItems,
      whole: candidate.whole ?? policy.whole,
      probability: { ...policy.probability, ...candidate.probability },
    };
    const share = candidate.budgetShare;
    const wanted = share === undefined ? asked : optimalPolicy(items, asked, bytesOf(items) * share, asked.whole);
    if (!wanted) return 'too_little';
    const current = simulate(items, settings);
    const result = simulate(items, { ...settings, policy: wanted });
    const before = new Map(current.critical_losses.map(({ phase, chance }) => [phase, chance]));
    const losses = result.critical_losses.filter(({ phase, chance }) => chance < (before.get(phase) ?? 1));
    return {
      current,
      candidate: result,
      probability: wanted.probability,
      pareto: paretoCurve(items, settings, asked.whole),
      diff: diffOf(policy, wanted),
      needs_override: losses.length > 0,
      losses,
      window_seconds: settings.seconds,
    };
  }
}

/** Of the tiers file, the lines that change. */
function diffOf(before: SamplingPolicy, after: SamplingPolicy): string {
  const lines = (policy: SamplingPolicy): string[] => [
    ...TIERS.map((tier) => `  ${tier}: ${Number(policy.probability[tier].toPrecision(4))}`),
    `heavy_items: ${policy.heavyItems}`,
    `whole: [${policy.whole.join(', ')}]`,
  ];
  const old = lines(before);
  return lines(after)
    .flatMap((line, index) => (line === old[index] ? [] : [`-${old[index]}`, `+${line}`]))
    .join('\n');
}

import type {
  Actor,
  DecidedItem,
  RolloutPrediction,
  RolloutStep,
  SamplingPolicy,
  Simulation,
  SimulationSettings,
  Tier,
  VolumeRow,
} from '@cnapp-slo/model';
import {
  bytesOf,
  costOf,
  DAY_MS,
  optimalPolicy,
  type ParetoPoint,
  paretoCurve,
  simulate,
  TIERS,
  type VolumeDimension,
  volumesBy,
} from '@cnapp-slo/model';
import type { PromotionRecord } from './promotions.ts';
import type { RolloutOutcome, RolloutView } from './rollouts.ts';
import type { SamplingService } from './service.ts';
import type { TierEntry } from './tier-table.ts';

/** A change that somebody thinks about; what is left out stays. */
export interface Candidate {
  probability?: Partial<Record<Tier, number>>;
  heavyItems?: number;
  /** Instead of probabilities: the best ones for this share of the bytes. */
  budgetShare?: number;
  whole?: readonly Tier[];
  /** The curve takes most of the time. */
  withoutPareto?: boolean;
}

export interface CandidateReport {
  current: Simulation;
  candidate: Simulation;
  probability: Readonly<Record<Tier, number>>;
  heavy_items: number;
  whole: readonly Tier[];
  /** null: it was not asked for. */
  pareto: ParetoPoint[] | null;
  /** Lines of the tiers file that change, as a review shows them. */
  diff: string;
  /** True detections on c0 and c1 assets that the change makes less likely to leave a trace: it needs an override with a reason. */
  needs_override: boolean;
  losses: Simulation['critical_losses'];
  window_seconds: number;
}

const WINDOW_MS = 15_000;
const MONTH_DAYS = 365.25 / 12;
const DIMENSIONS = { tier: 'tier', event_class: 'eventClass', source: 'source', asset_class: 'assetClass' } as const;
/** Rows by dimension that are shown. */
const MAX_ROWS = 50;

/** What people ask about sampling, and what they decide. */
export class SamplingDesk {
  readonly #service: SamplingService;
  readonly #volumes: () => Iterable<VolumeRow>;
  readonly #nowMs: () => number;
  #kept: { tenant: string | undefined; madeMs: number; items: readonly DecidedItem[] } | null = null;

  constructor(service: SamplingService, volumes: () => Iterable<VolumeRow>, nowMs: () => number) {
    this.#service = service;
    this.#volumes = volumes;
    this.#nowMs = nowMs;
  }

  /** Volumes are of the last `days` UTC days, the running one among them. */
  overview(days: number) {
    const { config, table, queuedBytes, recorder, rollouts } = this.#service;
    const { prices } = config.tiers;
    const { standing: policy } = rollouts.plan;
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
      file_revision: config.tiers.policy.revision,
      prices: {
        ingest_per_gb: prices.ingestPerGb,
        stored_per_gb_month: prices.storedPerGbMonth,
        retention_months: prices.retentionMonths,
      },
    };
  }

  /** By tier, then id. */
  assets(tenant: string | undefined, tier: Tier | undefined): TierEntry[] {
    return [...this.#service.table.entries()]
      .filter(({ place }) => (!tenant || place.tenant === tenant) && (!tier || place.tier === tier))
      .sort((a, b) => (a.place.tier === b.place.tier ? (a.id < b.id ? -1 : 1) : a.place.tier < b.place.tier ? -1 : 1));
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
  simulate(tenant: string | undefined, candidate: Candidate): CandidateReport | null | 'too_little' {
    return this.#simulate(this.#window(tenant), candidate);
  }

  #simulate(items: readonly DecidedItem[], candidate: Candidate): CandidateReport | null | 'too_little' {
    const { standing } = this.#service.rollouts.plan;
    if (items.length === 0) return null;
    const settings: SimulationSettings = {
      policy: standing,
      prices: this.#service.config.tiers.prices,
      seconds: secondsOf(items),
      truePhases: this.#truePhases(),
    };
    const asked: SamplingPolicy = {
      ...standing,
      revision: `${standing.revision}+candidate`,
      heavyItems: candidate.heavyItems ?? standing.heavyItems,
      whole: candidate.whole ?? standing.whole,
      probability: { ...standing.probability, ...candidate.probability },
    };
    const share = candidate.budgetShare;
    const wanted = share === undefined ? asked : optimalPolicy(items, asked, bytesOf(items) * share, asked.whole);
    if (!wanted) return 'too_little';
    const current = simulate(items, settings);
    const result = simulate(items, { ...settings, policy: wanted });
    const losses = lossesOf(current, result);
    return {
      current,
      candidate: result,
      probability: wanted.probability,
      heavy_items: wanted.heavyItems,
      whole: wanted.whole,
      pareto: candidate.withoutPareto ? null : paretoCurve(items, settings, asked.whole),
      diff: diffOf(standing, wanted),
      needs_override: losses.length > 0,
      losses,
      window_seconds: settings.seconds,
    };
  }

  #truePhases(): Set<string> {
    return new Set(this.#service.trueDetections().map(({ id }) => id));
  }

  /** The recorded window; the same for a while, as who moves sliders asks every second. */
  #window(tenant: string | undefined): readonly DecidedItem[] {
    const nowMs = this.#nowMs();
    const kept = this.#kept;
    if (kept && kept.tenant === tenant && nowMs - kept.madeMs < WINDOW_MS) return kept.items;
    const items = this.#service.recorded({ tenant });
    if (items.length > 0) this.#kept = { tenant, madeMs: nowMs, items };
    return items;
  }

  rollouts(): RolloutView[] {
    return this.#service.rollouts.list();
  }

  /** As `simulate`; `no_change`: it says what stands already. */
  async propose(
    candidate: Candidate,
    { reason, overrideReason }: Because,
    actor: Actor,
  ): Promise<RolloutOutcome | null | 'too_little' | 'no_change'> {
    const report = this.#simulate(this.#service.recorded({}), { ...candidate, withoutPareto: true });
    if (report === null || report === 'too_little') return report;
    const { current, candidate: wanted, losses, diff } = report;
    if (diff === '') return 'no_change';
    const { standing } = this.#service.rollouts.plan;
    const policy = {
      ...standing,
      probability: report.probability,
      heavyItems: report.heavy_items,
      whole: report.whole,
    };
    return this.#service.rollouts.propose(
      {
        policy,
        diff,
        prediction: predictionOf(current, wanted),
        losses,
        reason,
        ...(overrideReason !== undefined && { overrideReason }),
      },
      actor,
    );
  }

  /** A step ahead is held against what was recorded since the proposal, too. */
  async step(id: string, step: RolloutStep, because: Because, actor: Actor): Promise<RolloutOutcome> {
    const { rollouts } = this.#service;
    const { open, standing } = rollouts.plan;
    const losses = open?.id === id && step !== 'reverted' ? this.#losses(standing, open.policy) : [];
    return rollouts.step(id, step, because, losses, actor);
  }

  #losses(before: SamplingPolicy, policy: SamplingPolicy): Simulation['critical_losses'] {
    const items = this.#service.recorded({});
    const settings = {
      prices: this.#service.config.tiers.prices,
      seconds: secondsOf(items),
      truePhases: this.#truePhases(),
    };
    return lossesOf(simulate(items, { ...settings, policy: before }), simulate(items, { ...settings, policy }));
  }
}

/** Why it is to happen. */
export interface Because {
  reason: string;
  overrideReason?: string;
}

function secondsOf(items: readonly { atMs: number }[]): number {
  const first = items.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
  const last = items.reduce((most, { atMs }) => Math.max(most, atMs), 0);
  return Math.max(60, (last - first) / 1000);
}

/** True detections on c0 and c1 assets that are less likely to leave a trace than before, the worst first. */
function lossesOf(before: Simulation, after: Simulation): Simulation['critical_losses'] {
  const chances = new Map(before.critical_losses.map(({ phase, chance }) => [phase, chance]));
  return after.critical_losses.filter(({ phase, chance }) => chance < (chances.get(phase) ?? 1));
}

function predictionOf(before: Simulation, after: Simulation): RolloutPrediction {
  const shareOf = ({ total }: Simulation): number => (total.bytes > 0 ? total.kept_bytes / total.bytes : 1);
  const [recallBefore, recall] = [before.critical.recall, after.critical.recall];
  return {
    keptShareBefore: shareOf(before),
    keptShare: shareOf(after),
    costPerMonthBefore: before.total.kept_cost_per_month,
    costPerMonth: after.total.kept_cost_per_month,
    criticalRecall: recall === null || !recallBefore ? null : Math.min(1, recall / recallBefore),
  };
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

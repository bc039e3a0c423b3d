/** What a policy would keep, cost and miss on a recorded window, in closed form. */
import type { TelemetryPrices } from './cost.ts';
import { costOf, costPerAlert } from './cost.ts';
import { chanceSeen } from './detection.ts';
import { upperBoundLoss } from './estimate.ts';
import { NEVER_DROP } from './event-class.ts';
import { probabilityFor, type SamplingPolicy, thresholdsOf } from './policy.ts';
import { eventsOf, type Portion, portionsOf, type RecordedItem } from './recording.ts';
import type { Tier } from './tier.ts';
import { TIERS } from './tier.ts';

const MONTH_DAYS = 365.25 / 12;
const DAY_SECONDS = 86_400;
const Z_95 = 1.96;
/** Named losses; `critical.recall` has all of them. */
const MAX_LOSSES = 100;
/** A tier's each, and 1. */
const MAX_CHANCES = 8;

export interface SimulationSettings {
  policy: SamplingPolicy;
  prices: TelemetryPrices;
  /** Seconds that the window lasted: rates are by its day, costs by a month of such days. */
  seconds: number;
  /** Phases that were confirmed as true; all of them where nobody said. */
  truePhases?: ReadonlySet<string>;
}

/** `kept_bytes_sigma` is the standard deviation over chance. */
export interface KeptVolume {
  events: number;
  bytes: number;
  kept_bytes: number;
  kept_bytes_sigma: number;
  /** The same for another window like this one, in which other units come. */
  other_window_sigma: number;
  gb_per_day: number;
  kept_gb_per_day: number;
  cost_per_month: number;
  kept_cost_per_month: number;
  /** 95 % relative error of a count estimated from what is kept; 0 is exact. */
  relative_error: number;
}

export interface Detection {
  phases: number;
  /** Share of phases of which at least one trace is kept; null without phases. */
  recall: number | null;
  /** Mean seconds from a phase's first trace to the first that is kept, of those that are seen. */
  added_delay_seconds: number | null;
}

export interface TierResult extends KeptVolume, Detection {
  tier: Tier;
  probability: number;
  assets: number;
}

export interface RuleResult extends Detection {
  rule: string;
  alerts: number;
}

/** What a tier's detections lose of the traces that one source, or detectors of one class, have of them. */
export interface HeatCell extends Detection {
  tier: Tier;
  by: 'source' | 'detector_class';
  name: string;
}

export interface Simulation {
  revision: string;
  total: KeptVolume & Detection;
  tiers: TierResult[];
  /** The rule that loses most first. */
  rules: RuleResult[];
  /** By tier, then name. */
  heat: HeatCell[];
  /** Recall on assets of criticality c0 and c1. */
  critical: Detection;
  /** Their true detections that may leave no trace, the worst first. */
  critical_losses: { phase: string; asset: string; chance: number }[];
  /** Of c0 and c1 assets, each event class that an hour of the window had: the share that is still seen in that hour. */
  critical_coverage: number | null;
  never_drop: { events: number; lost: number; upper_bound: number | null };
  cost_per_alert: number | null;
  cost_per_true_alert: number | null;
}

/** A portion with its chance to be kept. */
interface Faced extends Portion {
  probability: number;
}

export function simulate(items: readonly RecordedItem[], settings: SimulationSettings): Simulation {
  const { policy, prices, seconds } = settings;
  const faced = facedBy(items, policy);
  const phases = phasesOf(faced);
  const confirmed = trueOf(phases, settings);
  const total = volumeOf(faced, prices, seconds);
  const cost = costPerAlert(
    { bytes: (total.kept_bytes / seconds) * DAY_SECONDS * MONTH_DAYS },
    {
      all: perMonth(
        phases.reduce((sum, phase) => sum + phase.chance, 0),
        seconds,
      ),
      confirmed: perMonth(
        confirmed.reduce((sum, phase) => sum + phase.chance, 0),
        seconds,
      ),
    },
    prices,
  );
  const neverDrop = eventsOf(items.filter(({ eventClass }) => NEVER_DROP.has(eventClass)));
  return {
    revision: policy.revision,
    total: { ...total, ...detectionOf(confirmed) },
    tiers: TIERS.map((tier) => ({
      tier,
      probability: policy.probability[tier],
      assets: new Set(faced.filter((one) => one.tier === tier).map(({ asset }) => asset)).size,
      ...volumeOf(
        faced.filter((one) => one.tier === tier),
        prices,
        seconds,
      ),
      ...detectionOf(confirmed.filter((phase) => phase.tier === tier)),
    })),
    rules: rulesOf(faced),
    heat: [
      ...heatOf(faced, 'source', ({ source }) => source),
      ...heatOf(faced, 'detector_class', ({ detectorClass }) => detectorClass),
    ],
    critical: detectionOf(confirmed.filter(({ critical }) => critical)),
    critical_losses: confirmed
      .filter((phase) => phase.critical && phase.chance < 1)
      .map(({ name, asset, chance }) => ({ phase: name, asset, chance }))
      .sort((a, b) => a.chance - b.chance)
      .slice(0, MAX_LOSSES),
    critical_coverage: criticalCoverage(faced),
    never_drop: {
      events: neverDrop,
      lost: faced.filter(({ eventClass, probability }) => NEVER_DROP.has(eventClass) && probability < 1).length,
      upper_bound: upperBoundLoss(neverDrop),
    },
    cost_per_alert: cost.perAlert,
    cost_per_true_alert: cost.perTrueAlert,
  };
}

/** What a point on the curve needs: the same numbers, without what takes longest. */
export function simulateTotals(
  items: readonly RecordedItem[],
  settings: SimulationSettings,
): Pick<Simulation, 'total' | 'critical'> {
  const faced = facedBy(items, settings.policy);
  const phases = trueOf(phasesOf(faced), settings);
  return {
    total: { ...volumeOf(faced, settings.prices, settings.seconds), ...detectionOf(phases) },
    critical: detectionOf(phases.filter(({ critical }) => critical)),
  };
}

function facedBy(items: readonly RecordedItem[], policy: SamplingPolicy): Faced[] {
  const thresholds = thresholdsOf(policy);
  return portionsOf(items, policy).map((portion) => ({
    ...portion,
    probability: portion.summed ? 1 : probabilityFor(thresholds, portion.tier, portion.eventClass),
  }));
}

function trueOf(phases: readonly Phase[], { truePhases }: SimulationSettings): Phase[] {
  return phases.filter(({ name }) => truePhases?.has(name) ?? true);
}

function perMonth(count: number, seconds: number): number {
  return (count / seconds) * DAY_SECONDS * MONTH_DAYS;
}

function volumeOf(faced: readonly Faced[], prices: TelemetryPrices, seconds: number): KeptVolume {
  let events = 0;
  let bytes = 0;
  let kept = 0;
  // Portions of one unit are kept together: what varies is the unit.
  const chances: number[] = [];
  const units = new Map<number, { bytes: number; items: number; probability: number }>();
  for (const portion of faced) {
    const { probability, keptBytes } = portion;
    events += portion.events;
    bytes += portion.bytes;
    kept += probability * keptBytes;
    let chance = chances.indexOf(probability);
    if (chance < 0) chance = chances.push(probability) - 1;
    const key = portion.unitNumber * MAX_CHANCES + chance;
    const unit = units.get(key);
    if (unit) {
      unit.bytes += keptBytes;
      unit.items += portion.events;
    } else units.set(key, { bytes: keptBytes, items: portion.events, probability });
  }
  let variance = 0;
  let countVariance = 0;
  let squares = 0;
  for (const { bytes: size, items, probability } of units.values()) {
    variance += probability * (1 - probability) * size ** 2;
    squares += probability * size ** 2 + (probability * size) ** 2;
    countVariance += ((1 - probability) / probability) * items ** 2;
  }
  const monthly = (amount: number): number => costOf(perMonth(amount, seconds), prices);
  return {
    events,
    bytes,
    kept_bytes: kept,
    kept_bytes_sigma: Math.sqrt(variance),
    // What this window's mean and the other's draw each vary by, if units come independently.
    other_window_sigma: Math.sqrt(Math.max(0, squares - (2 * kept ** 2) / Math.max(1, units.size))),
    gb_per_day: (bytes / seconds) * (DAY_SECONDS / 1e9),
    kept_gb_per_day: (kept / seconds) * (DAY_SECONDS / 1e9),
    cost_per_month: monthly(bytes),
    kept_cost_per_month: monthly(kept),
    relative_error: events > 0 ? (Z_95 * Math.sqrt(countVariance)) / events : 0,
  };
}

interface Phase {
  name: string;
  asset: string;
  tier: Tier;
  critical: boolean;
  chance: number;
  delaySeconds: number;
}

function phasesOf(faced: readonly Faced[]): Phase[] {
  return tracesBy(faced, 'phased', ({ phase }) => phase).map(([name, traces]) => {
    const items = traces.map(({ item }) => item);
    const first = items.reduce((least, { tier }) => (tier < least ? tier : least), 'T3' as Tier);
    return {
      name,
      asset: items[0]?.asset ?? '',
      tier: first,
      critical: items.some(({ criticality }) => criticality === 'c0' || criticality === 'c1'),
      ...seenOf(traces),
    };
  });
}

function rulesOf(faced: readonly Faced[]): RuleResult[] {
  const rules = tracesBy(faced, 'phased', ({ rule, phase }) =>
    rule !== null && phase !== null ? `${rule}\n${phase}` : null,
  );
  const alerts = new Map<string, number>();
  for (const { items } of faced)
    for (const { rule, events } of items) if (rule !== null) alerts.set(rule, (alerts.get(rule) ?? 0) + events);
  return [...Map.groupBy(rules, ([key]) => key.split('\n')[0] ?? '')]
    .map(([rule, members]) => ({
      rule,
      alerts: alerts.get(rule) ?? 0,
      ...detectionOf(members.map(([, traces]) => seenOf(traces))),
    }))
    .sort((a, b) => (a.recall ?? 1) - (b.recall ?? 1) || b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1));
}

function heatOf(
  faced: readonly Faced[],
  by: HeatCell['by'],
  nameOf: (item: RecordedItem) => string | undefined,
): HeatCell[] {
  const cells = tracesBy(faced, 'phased', (item) => {
    const name = nameOf(item);
    return item.phase === null || name === undefined ? null : `${item.tier}\n${name}\n${item.phase}`;
  });
  return [...Map.groupBy(cells, ([key]) => key.slice(0, key.lastIndexOf('\n')))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, phases]) => {
      const [tier = '', name = ''] = key.split('\n');
      return { tier: tier as Tier, by, name, ...detectionOf(phases.map(([, traces]) => seenOf(traces))) };
    });
}

interface Trace {
  item: RecordedItem;
  unit: string;
  probability: number;
}

function tracesBy(
  faced: readonly Faced[],
  which: 'items' | 'phased',
  keyOf: (item: RecordedItem) => string | null,
): [string, Trace[]][] {
  const groups = new Map<string, Trace[]>();
  for (const { [which]: items, unit, probability } of faced) {
    for (const item of items) {
      const key = keyOf(item);
      if (key === null) continue;
      const group = groups.get(key);
      if (group) group.push({ item, unit, probability });
      else groups.set(key, [{ item, unit, probability }]);
    }
  }
  return [...groups];
}

/** Of a unit the most likely trace decides: all of them share the unit's randomness. */
function seenOf(traces: readonly Trace[]): { chance: number; delaySeconds: number } {
  const ordered = traces.toSorted((a, b) => a.item.atMs - b.item.atMs);
  const startMs = ordered[0]?.item.atMs ?? 0;
  const units = new Map<string, number>();
  let missed = 1;
  let delay = 0;
  for (const { unit, probability, item } of ordered) {
    const before = units.get(unit) ?? 0;
    if (probability <= before) continue;
    units.set(unit, probability);
    const now = missed * ((1 - probability) / (1 - before));
    delay += (missed - now) * (item.atMs - startMs);
    missed = now;
    if (missed === 0) break;
  }
  const chance = chanceSeen(units.values());
  return { chance, delaySeconds: chance > 0 ? delay / chance / 1000 : 0 };
}

function detectionOf(phases: readonly { chance: number; delaySeconds: number }[]): Detection {
  const seen = phases.reduce((sum, { chance }) => sum + chance, 0);
  const delay = phases.reduce((sum, { chance, delaySeconds }) => sum + chance * delaySeconds, 0);
  return {
    phases: phases.length,
    recall: phases.length > 0 ? seen / phases.length : null,
    added_delay_seconds: seen > 0 ? delay / seen : null,
  };
}

const HOUR_MS = 3_600_000;

function criticalCoverage(faced: readonly Faced[]): number | null {
  const cells = tracesBy(faced, 'items', ({ criticality, asset, eventClass, atMs }) =>
    criticality === 'c0' || criticality === 'c1' ? `${asset} ${eventClass} ${Math.floor(atMs / HOUR_MS)}` : null,
  );
  if (cells.length === 0) return null;
  return cells.reduce((sum, [, traces]) => sum + seenOf(traces).chance, 0) / cells.length;
}

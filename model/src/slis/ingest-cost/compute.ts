import { DAY_MS } from '../../domain/principal-record.ts';
import { TIERS } from '../../sampling/tier.ts';
import { counted, tally } from '../members.ts';
import { detectionsIn } from '../runtime-detection/compute.ts';
import type { SliComputation, SliInput, SliMember, SourceView } from '../sli.ts';
import { quantile, share, theilSen } from '../statistics.ts';

/** F5. How much of a tier was kept whole is known only to a sampler, and this is none. */
export function compute(input: SliInput): SliComputation {
  const { policy } = input;
  const days = daysOf(input);
  const bytes = days.map((day) => day.bytes);
  const total = bytes.reduce((sum, one) => sum + one, 0);
  let trueAlerts = 0;
  for (const { episode } of detectionsIn(input.episodes))
    if (episode.verdict === 'tp' && (episode.clocks.t_detect?.atMs ?? 0) > input.fromMs) trueAlerts += 1;
  const members = days.map(({ day, bytes: size }): SliMember => {
    const isOver = policy.ingestBudgetBytes !== null && size > policy.ingestBudgetBytes;
    const role = policy.ingestBudgetBytes === null ? 'pending' : isOver ? 'bad' : 'good';
    const reason = policy.ingestBudgetBytes === null ? 'no_budget_set' : isOver ? 'over_budget' : null;
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    return counted(date, role, reason, { title: `${size} bytes on ${date}` });
  });
  return {
    value: days.length > 0 ? total : null,
    ...tally(members),
    members,
    companions: {
      per_day: share(total, days.length),
      forecast_7d: forecast(bytes),
      budget_share: policy.ingestBudgetBytes === null ? null : share(total, policy.ingestBudgetBytes * days.length),
      ...byTier(input),
      largest_source: share(Math.max(0, ...input.sources.map((source) => bytesOf(source, input))), total),
      records: days.length > 0 ? days.reduce((sum, day) => sum + day.records, 0) : null,
      bytes_per_true_alert: days.length > 0 ? share(total, trueAlerts) : null,
    },
  };
}

/** Of episodes nothing is told but companions. */
export function concerns(): boolean {
  return false;
}

/** Complete days that end in the window, from the first with any record on: a day without one is a day of 0 bytes. */
function daysOf({ sources, fromMs, toMs }: SliInput): { day: number; records: number; bytes: number }[] {
  const sums = new Map<number, { records: number; bytes: number }>();
  const isIn = (day: number): boolean => endsIn(day, { fromMs, toMs });
  for (const { days } of sources) {
    for (const [key, [records, bytes]] of Object.entries(days)) {
      const day = Number(key);
      if (!isIn(day)) continue;
      const sum = sums.get(day) ?? { records: 0, bytes: 0 };
      sums.set(day, { records: sum.records + records, bytes: sum.bytes + bytes });
    }
  }
  if (sums.size === 0) return [];
  const rows: { day: number; records: number; bytes: number }[] = [];
  for (let day = Math.min(...sums.keys()); isIn(day); day += 1)
    rows.push({ day, ...(sums.get(day) ?? { records: 0, bytes: 0 }) });
  return rows;
}

function endsIn(day: number, { fromMs, toMs }: Pick<SliInput, 'fromMs' | 'toMs'>): boolean {
  return (day + 1) * DAY_MS > fromMs && (day + 1) * DAY_MS <= toMs;
}

function bytesOf({ days }: SourceView, input: SliInput): number {
  return Object.entries(days).reduce((sum, [day, [, bytes]]) => sum + (endsIn(Number(day), input) ? bytes : 0), 0);
}

/** Null where nobody counted by tier. */
function byTier(input: SliInput): Record<string, number | null> {
  const sums: Record<string, number | null> = {};
  const rows = input.sources.flatMap(({ volumes = [] }) => volumes).filter(({ day }) => endsIn(day, input));
  for (const tier of [...TIERS, null]) {
    const own = rows.filter((row) => row.tier === tier).reduce((sum, { bytes }) => sum + bytes, 0);
    sums[`bytes_${tier?.toLowerCase() ?? 'unknown'}`] = rows.length > 0 ? own : null;
  }
  return sums;
}

/** The line through the medians, as scipy's `theilslopes` draws it; never below 0 on any day. */
function forecast(bytes: readonly number[]): number | null {
  const trend = theilSen(bytes);
  if (!trend) return null;
  const start = (quantile(bytes, 0.5) ?? 0) - (trend.slope * (bytes.length - 1)) / 2;
  let sum = 0;
  for (let ahead = 0; ahead < 7; ahead += 1) sum += Math.max(0, start + trend.slope * (bytes.length + ahead));
  return sum;
}

/** The alerts of an SLO, one a tier, before they are written for Prometheus or Grafana. */
import { formatDuration, HOUR_MS } from './duration.ts';
import { countName, LADDER, REGIME } from './names.ts';
import { matchers } from './promql.ts';
import { compare, format, ONE } from './rational.ts';
import { LADDER_WINDOWS_MS, plainEvidence, RARE_KEEP_FIRING_MS, rarePageRatio } from './regimes.ts';
import type { Severity, Slo, Tier } from './slo.ts';
import { activeTiers, threshold } from './tiers.ts';

export interface Alert {
  tier: string;
  severity: Severity;
  /** What its value is, in words that follow the value: "bad in the last 1h …". */
  meaning: string;
  /** Both windows' error ratios must pass `limit` (such as `>= 0.672`); or one query must have a sample. */
  condition: { longMs: number; shortMs: number; limit: string; evidence: string | null } | { query: string };
  /** The window whose rate tells how long the budget lasts; null where that says nothing. */
  rateMs: number | null;
  /** How far back its evidence goes: whose misses of that time it names; null where it is about none. */
  lookbackMs: number | null;
  /** Whether the value is a ratio or a number of events. */
  value: 'ratio' | 'events';
  forMs: number;
  keepFiringForMs: number;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}

/** Low-traffic regimes need exact counts of independent events. */
export const hasRegimes = (slo: Slo): boolean => slo.exactCounts?.lowTraffic === true;

export function alertsOf(slo: Slo): Alert[] {
  const evidence = hasRegimes(slo) ? plainEvidence(slo) : null;
  const plain = activeTiers(slo).map((tier) => plainAlert(slo, tier, evidence));
  return [...plain, ...(evidence === null ? [] : rareAlerts(slo)), ...silenceAlert(slo)];
}

/** A quiet SLI and a dead source look the same to a burn alert. */
function silenceAlert(slo: Slo): Alert[] {
  if (slo.freshness === null || slo.disabledTiers.includes('no-data')) return [];
  return [
    {
      tier: 'no-data',
      severity: 'ticket',
      meaning: `series (${slo.freshness}) missing for 10m: the SLI is blind`,
      condition: { query: `absent_over_time(${slo.freshness}[10m])` },
      rateMs: null,
      lookbackMs: null,
      value: 'events',
      forMs: 0,
      keepFiringForMs: 0,
      labels: {},
      annotations: {},
    },
  ];
}

function plainAlert(slo: Slo, tier: Tier, evidence: string | null): Alert {
  const { id, severity, longMs, shortMs, forMs, keepFiringForMs, labels, annotations } = tier;
  const limit = `${tier.op === 'gt' ? '>' : '>='} ${format(threshold(tier, slo.objective))}`;
  const [long, short] = [formatDuration(longMs), formatDuration(shortMs)];
  return {
    tier: id,
    severity,
    meaning: `bad in the last ${long}, ${format(tier.factor)} times the budgeted rate or more there and in the last ${short}`,
    condition: { longMs, shortMs, limit, evidence },
    rateMs: longMs,
    lookbackMs: longMs,
    value: 'ratio',
    forMs,
    keepFiringForMs,
    labels,
    annotations,
  };
}

/** Regimes 3 and 4. */
function rareAlerts(slo: Slo): Alert[] {
  const selector = matchers({ slo: slo.id });
  const group = ['slo', 'service', ...slo.groupBy].join(', ');
  const by = `(${slo.groupBy.join(', ')})`;
  const inRegime = (regime: number, query: string) => `(\n${query}\n)\nand on ${by} ${REGIME}${selector} == ${regime}`;
  const ladder = `max by (${group}) (${LADDER}${selector})`;
  const ratio = format(rarePageRatio(slo.objective));
  const fits = LADDER_WINDOWS_MS.map((ms) => {
    const excess = `${LADDER}${matchers({ slo: slo.id, window: formatDuration(ms) })}`;
    return `${excess} / on (${group}) ${countName('all', ms)}${selector} >= ${ratio}`;
  });
  const fitted = `max by (${group}) (\n${fits.join('\nor ')}\n)`;
  const canPage = compare(rarePageRatio(slo.objective), ONE) < 0 && !slo.disabledTiers.includes('page-rare');
  const witnesses = [ladder, ...cusumWitness(slo)].join(`\nor on ${by}\n`);
  const [, , , longest] = LADDER_WINDOWS_MS;
  const shared = { rateMs: 24 * HOUR_MS, lookbackMs: longest as number, forMs: 0, labels: {}, annotations: {} };
  const alerts: Alert[] = [
    {
      tier: 'page-rare',
      severity: 'page',
      meaning: 'bad, more than chance allows and 6 times the budgeted rate or more',
      condition: { query: inRegime(3, fitted) },
      value: 'ratio',
      keepFiringForMs: RARE_KEEP_FIRING_MS.page,
      ...shared,
    },
    {
      tier: 'ticket-rare',
      severity: 'ticket',
      meaning: 'bad events, more than chance allows',
      condition: { query: inRegime(3, canPage ? `(${witnesses})\nunless on ${by}\n${fitted}` : witnesses) },
      value: 'events',
      keepFiringForMs: RARE_KEEP_FIRING_MS.ticket,
      ...shared,
    },
    {
      tier: 'ticket-event',
      severity: 'ticket',
      meaning:
        'bad events in the last hour; with less than one event of budget each one is a ticket, and the objective is not testable in this window',
      condition: { query: inRegime(4, `${countName('bad', HOUR_MS)}${selector} > 0`) },
      value: 'events',
      keepFiringForMs: 0,
      ...shared,
      lookbackMs: HOUR_MS,
    },
  ];
  return alerts.filter(({ tier }) => !slo.disabledTiers.includes(tier) && (canPage || tier !== 'page-rare'));
}

/** The second witness: the bad events of the longest window while the processor's CUSUM is above its threshold. */
function cusumWitness(slo: Slo): string[] {
  const cusum = slo.exactCounts?.cusum ?? null;
  if (cusum === null) return [];
  const by = `(${slo.groupBy.join(', ')})`;
  const isOver = `max by ${by} (${cusum}) >= max by ${by} (${thresholdOf(cusum)})`;
  return [`${countName('bad', LADDER_WINDOWS_MS[3])}${matchers({ slo: slo.id })} and on ${by} (${isOver})`];
}

/** The selector of the threshold that goes with a CUSUM's. */
export const thresholdOf = (cusum: string): string => cusum.replace(/^[\w:]+/, (name) => `${name}_threshold`);

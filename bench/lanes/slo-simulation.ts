/**
 * False pages a year while everything is exactly on budget, over 25 years at 12 events a day: the rules as they are compiled
 * (`median`, of the objectives the worst) beside plain multi-window rules (`peer`). A round is another seed.
 */

import { detectionHours, falseAlerts, readSlos, type Slo } from '@cnapp-slo/alert-rules';
import { delays, falsePages, RULES } from './alert-rules.ts';

const OBJECTIVES = ['0.9', '0.95', '0.99', '0.995', '0.999'];
const YEARS = 25;
const TRIALS = 500;
const onBudget = { eventsPerDay: 12, years: YEARS, clusterSize: 1, grouped: false } as const;

export interface SimulationResult {
  lane: 'slo-simulation';
  unit: 'false pages/year';
  median: number;
  spread: number;
  peer: number;
  /** Plain by ours: above 1 is better. */
  ratio: number;
  rounds: number;
  /** Means over the rounds, by objective; `clustered`: one cause, 150 misses, counted as one. */
  objectives: Record<string, { pages: number; tickets: number; plain_pages: number; clustered_pages: number }>;
  /** Other rules on the same streams: false pages a year by objective, and hours to the first one at 99 %. */
  rules: Record<string, { false_pages: Record<string, number>; '10x': Delay; total: Delay }>;
  /** At 99 %: hours to the first alert at ten times the budgeted rate, and when everything fails. */
  detection_hours: Record<'10x' | 'total', { median: number; p90: number }>;
}

type Delay = { median: number; p90: number };

export async function simulateSlos(rounds: number): Promise<SimulationResult> {
  const objectives: SimulationResult['objectives'] = {};
  const worst: number[] = [];
  const plain: number[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    const results = OBJECTIVES.map((objective) => {
      const slo = sloOf(objective);
      const ours = falseAlerts(slo, { ...onBudget, regime: 'auto', seed });
      const theirs = falseAlerts(slo, { ...onBudget, regime: 1, seed });
      const clustered = falseAlerts(slo, { ...onBudget, regime: 'auto', seed, clusterSize: 150, grouped: true });
      const sum = objectives[objective] ?? { pages: 0, tickets: 0, plain_pages: 0, clustered_pages: 0 };
      objectives[objective] = {
        pages: sum.pages + ours.pages / rounds,
        tickets: sum.tickets + ours.tickets / rounds,
        plain_pages: sum.plain_pages + theirs.pages / rounds,
        clustered_pages: sum.clustered_pages + clustered.pages / rounds,
      };
      return { ours: ours.pages, theirs: theirs.pages };
    });
    worst.push(Math.max(...results.map(({ ours }) => ours)));
    plain.push(Math.max(...results.map(({ theirs }) => theirs)));
  }
  const median = middle(worst);
  const peer = middle(plain);
  const trials = { ...onBudget, regime: 3, seed: 1, trials: TRIALS } as const;
  return {
    lane: 'slo-simulation',
    unit: 'false pages/year',
    median,
    spread: round((Math.max(...worst) - Math.min(...worst)) / median),
    peer,
    ratio: round(peer / median),
    rounds,
    objectives: Object.fromEntries(Object.entries(objectives).map(([objective, row]) => [objective, rounded(row)])),
    rules: Object.fromEntries(Object.keys(RULES).map((name) => [name, compareRule(name, rounds)])),
    detection_hours: {
      '10x': rounded(detectionHours(sloOf('0.99'), { ...trials, factor: 10 })),
      total: rounded(detectionHours(sloOf('0.99'), { ...trials, factor: 100 })),
    },
  };
}

function compareRule(name: string, rounds: number): SimulationResult['rules'][string] {
  const perYear = (objective: string) => {
    const seeds = Array.from({ length: rounds }, (_, i) => falsePages(name, objective, YEARS, i + 1));
    return round(seeds.reduce((sum, pages) => sum + pages, 0) / rounds);
  };
  return {
    false_pages: Object.fromEntries(OBJECTIVES.map((objective) => [objective, perYear(objective)])),
    '10x': rounded(delays(name, '0.99', 10, TRIALS)),
    total: rounded(delays(name, '0.99', 100, TRIALS)),
  };
}

function sloOf(objective: string): Slo {
  const metric = `{ metricSource: { type: Prometheus, spec: { query: events_total } } }`;
  const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: simulated, annotations: { cnapp-slo.dev/exact-counts: window_events, cnapp-slo.dev/cusum: cusum } }
spec:
  service: simulation
  indicator: { metadata: { name: simulated }, spec: { ratioMetric: { counter: true, bad: ${metric}, total: ${metric} } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${objective} }]`;
  const [slo] = readSlos([{ path: 'simulated.yaml', text }]).slos;
  if (slo === undefined) throw new Error('the simulated SLO does not compile');
  return slo;
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const round = (value: number): number => Math.round(value * 100) / 100;
const rounded = <T extends Record<string, number>>(row: T): T =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, round(value)])) as T;

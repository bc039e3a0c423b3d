import type { ParetoPoint, Simulation } from '@cnapp-slo/model';
import { textTable } from '../table.ts';

const gb = (value: number): string => value.toPrecision(3);
const money = (value: number | null): string => (value === null ? 'no data' : value.toFixed(2));
const share = (value: number | null): string => (value === null ? 'no data' : `${(value * 100).toFixed(1)} %`);
const seconds = (value: number | null): string => (value === null ? 'no data' : `${value.toFixed(0)} s`);

/** The worst rules only: the rest is in the JSON. */
const RULES_SHOWN = 10;

export function simulationText(simulation: Simulation): string {
  const { total, critical, never_drop: neverDrop } = simulation;
  const rows = [...simulation.tiers, { ...total, tier: 'all', probability: null, assets: null }].map((row) => [
    row.tier,
    row.probability === null ? '' : row.probability.toPrecision(3),
    row.assets === null ? '' : String(row.assets),
    String(row.events),
    gb(row.gb_per_day),
    gb(row.kept_gb_per_day),
    money(row.cost_per_month),
    money(row.kept_cost_per_month),
    share(row.recall),
    seconds(row.added_delay_seconds),
    `± ${share(row.relative_error)}`,
  ]);
  const heads = [
    'TIER',
    'P',
    'ASSETS',
    'EVENTS',
    'GB/DAY',
    'KEPT',
    'COST/MONTH',
    'KEPT COST',
    'RECALL',
    'DELAY',
    'COUNTS',
  ];
  const worst = simulation.rules.filter(({ recall }) => recall !== null && recall < 1).slice(0, RULES_SHOWN);
  return [
    textTable(heads, rows, heads.slice(1)),
    `\nCritical assets (c0, c1): recall ${share(critical.recall)} of ${critical.phases}, each class seen in ${share(simulation.critical_coverage)} of its hours\n`,
    `Never dropped: ${neverDrop.events} events, ${neverDrop.lost} lost`,
    neverDrop.upper_bound === null
      ? '\n'
      : ` (rate below ${neverDrop.upper_bound.toPrecision(2)} with 95 % confidence)\n`,
    `Cost per alert ${money(simulation.cost_per_alert)}, per true alert ${money(simulation.cost_per_true_alert)}\n`,
    worst.length > 0 ? `\n${rulesText(worst)}` : '',
  ].join('');
}

function rulesText(rules: Simulation['rules']): string {
  return textTable(
    ['RULE', 'DETECTIONS', 'RECALL', 'DELAY'],
    rules.map(({ rule, phases, recall, added_delay_seconds: delay }) => [
      rule,
      String(phases),
      share(recall),
      seconds(delay),
    ]),
    ['DETECTIONS', 'RECALL', 'DELAY'],
  );
}

export function curveText(points: readonly ParetoPoint[]): string {
  const heads = ['KEPT', 'COST/MONTH', 'RECALL', 'CRITICAL', 'T0', 'T1', 'T2', 'T3'];
  return textTable(
    heads,
    points.map(({ kept_share: kept, cost_per_month: cost, recall, critical_recall: critical, probability }) => [
      share(kept),
      money(cost),
      share(recall),
      share(critical),
      ...Object.values(probability).map((value) => value.toPrecision(3)),
    ]),
    heads,
  );
}

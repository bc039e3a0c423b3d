/** What is wrong with SLOs that can be read: alerts that cannot fire, windows that hold nothing, labels that do not meet. */
import { alertsOf } from './alerts.ts';
import { formatDuration } from './duration.ts';
import { permanentUid } from './grafana.ts';
import { prometheusLabels } from './labels.ts';
import type { CompileOptions } from './options.ts';
import type { Problem } from './problem.ts';
import { groupingOf, selectorsOf } from './promql-syntax.ts';
import { format } from './rational.ts';
import type { Query, Sli, Slo, Tier } from './slo.ts';
import { isReachable, lowestObjective, reachableAlternative } from './tiers.ts';

type Finding = Pick<Problem, 'severity' | 'code' | 'message' | 'remedy'>;

const error = (code: string, message: string, remedy: string): Finding => ({
  severity: 'error',
  code: `lint.${code}`,
  message,
  remedy,
});
const warning = (code: string, message: string, remedy: string): Finding => ({
  ...error(code, message, remedy),
  severity: 'warning',
});

export function lint(slos: readonly Slo[], options: Pick<CompileOptions, 'evaluationMs'>): Problem[] {
  const problems = slos.flatMap((slo) => {
    const wanted = slo.tiers.filter(({ id }) => !slo.disabledTiers.includes(id));
    const findings = [
      ...wanted.flatMap((tier) => lintTier(slo, tier, options.evaluationMs)),
      ...lintQueries(slo),
      ...lintLabels(slo),
      ...lintSilence(slo),
    ];
    return findings.map((finding) => at(slo, finding));
  });
  return [...problems, ...lintUids(slos)];
}

export const at = (slo: Slo, finding: Finding): Problem => ({ ...finding, ...slo.origin, path: slo.id });

function lintTier(slo: Slo, tier: Tier, evaluationMs: number): Finding[] {
  const { id, longMs, shortMs } = tier;
  const findings: Finding[] = [];
  if (!isReachable(tier, slo.objective)) findings.push(unreachable(slo, tier));
  if (shortMs < 2 * evaluationMs) {
    const message = `the short window of ${id} (${formatDuration(shortMs)}) holds fewer than two evaluations`;
    findings.push(error('window_too_short', message, `Make it ${formatDuration(2 * evaluationMs)} or longer`));
  }
  if (shortMs >= longMs) {
    findings.push(
      error('window_order', `the short window of ${id} is no shorter than the long one`, 'Make it about a twelfth'),
    );
  }
  if (longMs > slo.period.ms) {
    const message = `${id} looks back ${formatDuration(longMs)}, further than the period of ${formatDuration(slo.period.ms)}`;
    findings.push(error('window_too_long', message, 'Shorten its window or switch it off'));
  }
  return findings;
}

function unreachable(slo: Slo, tier: Tier): Finding {
  const { factor, longMs } = reachableAlternative(tier, slo.objective);
  const budget = format(slo.objective);
  return error(
    'unreachable_tier',
    `${tier.id} can never fire: at an objective of ${budget} a burn of ${format(tier.factor, 2)} needs more errors than events`,
    [
      `Use a threshold of ${format(factor, 2)} over ${formatDuration(longMs)}, which is the same share of the budget,`,
      `or an objective above ${format(lowestObjective(tier), 4)}, or cnapp-slo.dev/disable-tiers: ${tier.id}`,
    ].join(' '),
  );
}

const queriesOf = (sli: Sli): Query[] => {
  switch (sli.kind) {
    case 'events':
      return [sli.bad ?? sli.good, sli.total].filter((query) => query !== null);
    case 'ratio':
      return [sli.query];
    case 'threshold':
      return [];
    case 'slices':
      return queriesOf(sli.of);
  }
};

const COUNTER_NAME = /_(total|count|sum|bucket)$/;
const COUNTER_FUNCTIONS = ['rate', 'increase', 'irate'];

function lintQueries(slo: Slo): Finding[] {
  const queries = queriesOf(slo.sli);
  const findings = queries.flatMap((query) => {
    const { text, kind } = query;
    return selectorsOf(text).flatMap(({ metric, within }): Finding[] => {
      if (metric === null || metric.includes(':')) return [];
      const isCounted = kind === 'counter' || COUNTER_FUNCTIONS.includes(within ?? '');
      if (isCounted && !COUNTER_NAME.test(metric)) {
        return [
          warning(
            'not_a_counter',
            `${metric} is counted, but its name is not a counter's`,
            'Check its type, or set counter: false',
          ),
        ];
      }
      if (kind === 'gauge' && COUNTER_NAME.test(metric)) {
        return [
          warning('not_a_gauge', `${metric} is summed as a gauge, but its name is a counter's`, 'Set counter: true'),
        ];
      }
      return [];
    });
  });
  const groupings = queries.filter(({ kind }) => kind === 'windowed').map(({ text }) => groupingOf(text));
  const [first, second] = groupings.map((labels) => labels?.toSorted().join(', '));
  if (first !== undefined && second !== undefined && first !== second) {
    const message = `bad and all events are summed by different labels (${first || 'none'} and ${second || 'none'})`;
    findings.push(error('label_mismatch', message, 'Sum both by the same labels, or their ratio is empty'));
  }
  for (const labels of groupings) {
    const missing = slo.groupBy.filter((label) => labels !== null && !labels.includes(label));
    if (missing.length > 0) {
      const message = `a query sums away ${missing.join(', ')}, which group-by asks for`;
      findings.push(error('group_by', message, `Add by (${slo.groupBy.join(', ')}) to the query`));
    }
  }
  return findings;
}

function lintLabels(slo: Slo): Finding[] {
  return Object.keys(prometheusLabels(slo.labels)).flatMap((name) =>
    name.startsWith('exported_')
      ? [warning('reserved_label', `the label "${name.slice(9)}" is ours; yours is called ${name}`, 'Rename it')]
      : [],
  );
}

/** The processor's own SLOs are covered by its silence alerts. */
function lintSilence(slo: Slo): Finding[] {
  if (slo.freshness !== null || slo.productSli !== null) return [];
  const remedy = 'Name a series that is always there in cnapp-slo.dev/freshness, such as up{job="…"}';
  return [warning('no_freshness', 'nothing tells a quiet SLI from a dead source', remedy)];
}

function lintUids(slos: readonly Slo[]): Problem[] {
  const owners = new Map<string, string>();
  return slos.flatMap((slo) =>
    alertsOf(slo).flatMap(({ tier }) => {
      const uid = permanentUid(`cnapp-${slo.id}-${tier}`);
      const owner = owners.get(uid);
      owners.set(uid, slo.id);
      if (owner === undefined) return [];
      return [at(slo, error('uid', `the Grafana uid ${uid} is that of ${owner} too`, 'Rename one of them'))];
    }),
  );
}

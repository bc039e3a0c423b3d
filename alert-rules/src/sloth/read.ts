/**
 * Sloth's specs → SLOs: `prometheus/v1`, the same as a Kubernetes resource, and its alert windows.
 * Source: github.com/slok/sloth, pkg/prometheus/api/v1 and pkg/kubernetes/api/sloth/v1.
 */
import type { Place } from '../document.ts';
import { DAY_MS } from '../duration.ts';
import { readPromql } from '../promql-place.ts';
import { compare, divide, ONE, type Rational, rational, ZERO } from '../rational.ts';
import { pascalCase, type Severity, type Sli, type Slo, type Tier, WINDOW_PLACEHOLDER } from '../slo.ts';
import { TIER_SHAPES, type TierShape, tierOf } from '../tiers.ts';

const DEFAULT_PERIOD_MS = 30 * DAY_MS;

/** The two spellings of the same fields. */
type Spelling = (snake: string) => string;
const snakeCase: Spelling = (name) => name;
const camelCase: Spelling = (name) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

export const isSloth = (document: Place): boolean =>
  document.get('version').exists || (document.get('apiVersion').text() ?? '').startsWith('sloth.slok.dev/');

/** Every SLO of the documents. An AlertWindows document among them replaces Sloth's default windows. */
export function readSloth(documents: readonly Place[]): Slo[] {
  const windows = documents.filter((document) => document.get('kind').text() === 'AlertWindows');
  windows[1]?.error('sloth.windows', 'a second AlertWindows document', 'Compile the SLOs of each period by themselves');
  const shapes = windows[0] === undefined ? null : readAlertWindows(windows[0]);
  return documents.filter((document) => !windows.includes(document)).flatMap((document) => readSpec(document, shapes));
}

interface AlertWindows {
  periodMs: number;
  shapes: TierShape[];
}

function readAlertWindows(document: Place): AlertWindows | null {
  document.allowKeys(['apiVersion', 'kind', 'spec']);
  const spec = document.get('spec');
  spec.allowKeys(['sloPeriod', 'page', 'ticket']);
  spec.get('sloPeriod').requiredText();
  const periodMs = spec.get('sloPeriod').duration();
  const shapes = (['page', 'ticket'] as const).flatMap((severity) =>
    (['quick', 'slow'] as const).flatMap((speed) => readShape(spec.get(severity).get(speed), severity, speed) ?? []),
  );
  return periodMs === null ? null : { periodMs, shapes };
}

function readShape(place: Place, severity: Severity, speed: 'quick' | 'slow'): TierShape | null {
  place.allowKeys(['errorBudgetPercent', 'shortWindow', 'longWindow']);
  for (const name of ['errorBudgetPercent', 'shortWindow', 'longWindow']) place.get(name).requiredText();
  const percent = place.get('errorBudgetPercent').decimal();
  const shortMs = place.get('shortWindow').duration();
  const longMs = place.get('longWindow').duration();
  if (percent === null || shortMs === null || longMs === null) return null;
  return { id: tierId(severity, speed), severity, budgetShare: divide(percent, rational(100)), longMs, shortMs };
}

const tierId = (severity: Severity, speed: 'quick' | 'slow'): string =>
  `${severity}-${speed === 'quick' ? 'fast' : 'slow'}`;

function readSpec(document: Place, windows: AlertWindows | null): Slo[] {
  const isResource = document.get('apiVersion').exists;
  const spell = isResource ? camelCase : snakeCase;
  if (isResource) {
    document.allowKeys(['apiVersion', 'kind', 'metadata', 'spec']);
    if (document.get('apiVersion').oneOf(['sloth.slok.dev/v1']) === null) return [];
    if (document.get('kind').oneOf(['PrometheusServiceLevel']) === null) return [];
  } else {
    document.allowKeys(['version', 'service', 'labels', 'slos', 'slo_plugins']);
    if (document.get('version').oneOf(['prometheus/v1']) === null) return [];
  }
  const spec = isResource ? document.get('spec') : document;
  if (isResource) spec.allowKeys(['service', 'labels', 'slos', 'sloPlugins']);
  const service = readName(spec.get('service'));
  const slos = spec.get('slos').items();
  if (slos.length === 0) spec.get('slos').error('input.required', 'a spec needs SLOs', 'Add one below slos');
  const refused = !refusePlugins(spec.get(spell('slo_plugins')));
  return slos.flatMap((place) => {
    let slo: Slo | null = null;
    const isRead = place.withoutErrors(() => {
      slo = readSlo(place, service ?? '', spec.get('labels').textMap(), windows, spell);
    });
    return isRead && slo !== null && service !== null && !refused ? [slo] : [];
  });
}

function readSlo(
  place: Place,
  service: string,
  labels: Record<string, string>,
  windows: AlertWindows | null,
  spell: Spelling,
): Slo | null {
  place.allowKeys(['name', 'description', 'objective', 'labels', 'sli', 'alerting', 'plugins']);
  refusePlugins(place.get('plugins'));
  const name = readName(place.get('name'));
  const objective = readObjective(place.get('objective'));
  const sli = readSli(place.get('sli'), spell);
  const alerting = place.get('alerting');
  alerting.allowKeys(['name', 'labels', 'annotations', spell('page_alert'), spell('ticket_alert')]);
  if (name === null || objective === null || sli === null) return null;
  const id = `${service}-${name}`;
  const annotations = alerting.get('annotations').textMap();
  const periodMs = windows?.periodMs ?? DEFAULT_PERIOD_MS;
  return {
    id,
    service,
    title: `${service} ${name}`,
    description: place.get('description').text()?.trim() ?? '',
    objective,
    sli,
    period: { ms: periodMs, calendar: null },
    tiers: readTiers(alerting, windows?.shapes ?? TIER_SHAPES, periodMs, spell),
    disabledTiers: [],
    groupBy: [],
    labels: { ...labels, ...place.get('labels').textMap(), ...alerting.get('labels').textMap() },
    alertName: alerting.get('name').text() ?? `${pascalCase(id)}BurnRate`,
    runbook: annotations.runbook_url ?? annotations.runbook ?? null,
    productSli: null,
    exactCounts: null,
    contributors: null,
    freshness: null,
    mode: 'alert',
    origin: place.origin,
  };
}

/** Names become file names, label values and uids. */
function readName(place: Place): string | null {
  const name = place.requiredText();
  if (name === null || /^[A-Za-z0-9]([-\w]*[A-Za-z0-9])?$/.test(name)) return name;
  place.error('sloth.name', `"${name}" is no name`, 'Use letters, digits, dashes and underscores');
  return null;
}

/** Sloth's objectives are percentages. */
function readObjective(place: Place): Rational | null {
  place.requiredText();
  const percent = place.decimal();
  if (percent === null) return null;
  const objective = divide(percent, rational(100));
  if (compare(objective, ZERO) > 0 && compare(objective, ONE) < 0) return objective;
  place.error(
    'lint.objective',
    'the objective must lie between 0 and 100 percent, both excluded',
    'Choose for example 99.9',
  );
  return null;
}

function readSli(sli: Place, spell: Spelling): Sli | null {
  sli.allowKeys(['raw', 'events', 'plugin']);
  if (sli.get('plugin').exists) {
    sli
      .get('plugin')
      .error(
        'unsupported.sloth_plugin',
        `SLI plugins are not supported (${sli.get('plugin').get('id').text()})`,
        'Write its queries as events',
      );
    return null;
  }
  const [raw, events] = [sli.get('raw'), sli.get('events')];
  if (raw.exists === events.exists) {
    sli.error('sloth.sli', 'exactly one of raw and events is required', 'Keep or add one of them');
    return null;
  }
  if (raw.exists) {
    raw.allowKeys([spell('error_ratio_query')]);
    const query = readQuery(raw.get(spell('error_ratio_query')));
    return query === null ? null : { kind: 'ratio', query, answers: 'failure' };
  }
  events.allowKeys([spell('error_query'), spell('total_query')]);
  const bad = readQuery(events.get(spell('error_query')));
  const total = readQuery(events.get(spell('total_query')));
  return bad === null || total === null ? null : { kind: 'events', good: null, bad, total };
}

function readQuery(place: Place): { text: string; kind: 'windowed' } | null {
  const text = readPromql(place);
  if (text === null) return null;
  if (text.search(WINDOW_PLACEHOLDER) >= 0) return { text, kind: 'windowed' };
  place.error('sloth.query', 'the query has no [{{.window}}]', 'Put it where the range belongs');
  return null;
}

function readTiers(alerting: Place, shapes: readonly TierShape[], periodMs: number, spell: Spelling): Tier[] {
  const tiers = shapes.map((shape) => tierOf(shape, periodMs));
  return tiers.flatMap((tier): Tier[] => {
    const alert = alerting.get(spell(`${tier.severity}_alert`));
    alert.allowKeys(['disable', 'labels', 'annotations']);
    if (alert.get('disable').boolean() === true) return [];
    const annotations = { ...alerting.get('annotations').textMap(), ...alert.get('annotations').textMap() };
    return [{ ...tier, op: 'gt', labels: alert.get('labels').textMap(), annotations }];
  });
}

/** Plugins are Go programs that change the rules; leaving them out in silence would change what the author meant. */
function refusePlugins(plugins: Place): boolean {
  const names = plugins
    .get('chain')
    .items()
    .map((plugin) => plugin.get('id').text() ?? '?');
  if (names.length > 0) {
    const message = `Sloth's plugins are not supported (${[...new Set(names)].join(', ')})`;
    plugins.error('unsupported.sloth_plugin', message, 'Remove the chain, and say what it did in the SLO itself');
  }
  return names.length === 0;
}

/**
 * OpenSLO v1 alert policies → tiers. A policy holds one condition with one window, so that short-and-long takes two policies
 * of the same tier, or one policy whose annotation (or the default, a twelfth) says what the short window is.
 */
import type { Place } from '../document.ts';
import { parseDuration } from '../duration.ts';
import { compare, type Rational } from '../rational.ts';
import type { Tier } from '../slo.ts';
import { keepFiring, shortWindow } from '../tiers.ts';
import { POLICY_ANNOTATIONS, readAnnotations } from './annotations.ts';
import type { Library } from './library.ts';
import { readShorthand } from './period.ts';

interface Condition {
  place: Place;
  tier: string;
  severity: string;
  op: 'gt' | 'gte';
  factor: Rational;
  windowMs: number;
  forMs: number;
  shortMs: number | null;
  keepFiringForMs: number | null;
  targets: string[];
}

/** Severities that wake somebody, in the words that tools use; everything else is a ticket. */
const PAGING = ['page', 'critical', 'pagerduty'];

export function readTiers(policies: Place, library: Library): Tier[] {
  const conditions = policies.items().flatMap((policy) => {
    const condition = readPolicy(policy, library);
    return condition === null ? [] : [condition];
  });
  const byTier = Map.groupBy(conditions, ({ tier }) => tier);
  return [...byTier.values()].flatMap((pair) => tierOf(pair) ?? []);
}

function tierOf(pair: Condition[]): Tier | null {
  const [long, short, third] = pair.toSorted((a, b) => b.windowMs - a.windowMs);
  if (long === undefined) return null;
  if (third !== undefined) {
    third.place.error('openslo.tier', `a third policy of tier "${long.tier}"`, 'A tier has a long and a short window');
    return null;
  }
  if (short !== undefined && (compare(short.factor, long.factor) !== 0 || short.severity !== long.severity)) {
    short.place.error(
      'openslo.tier',
      `the pair of tier "${long.tier}" differs`,
      'Give both the same threshold and severity',
    );
    return null;
  }
  const shortMs = short?.windowMs ?? long.shortMs ?? shortWindow(long.windowMs);
  const severity = PAGING.includes(long.severity.toLowerCase()) ? 'page' : 'ticket';
  return {
    id: long.tier,
    severity,
    longMs: long.windowMs,
    shortMs,
    factor: long.factor,
    op: long.op,
    forMs: Math.max(long.forMs, short?.forMs ?? 0),
    keepFiringForMs: long.keepFiringForMs ?? keepFiring(shortMs),
    labels: {
      ...(long.severity === severity ? {} : { severity: long.severity }),
      ...(long.targets.length === 0 ? {} : { notify: long.targets.join(',') }),
    },
    annotations: {},
  };
}

function readPolicy(entry: Place, library: Library): Condition | null {
  const policy = follow(entry, 'alertPolicyRef', 'AlertPolicy', library);
  const [first] = policy?.get('spec').get('conditions').items() ?? [];
  const condition = first === undefined ? null : follow(first, 'conditionRef', 'AlertCondition', library);
  if (policy === null || condition === null) return null;
  const targets = policy
    .get('spec')
    .get('notificationTargets')
    .items()
    .flatMap((target) => {
      const name = follow(target, 'targetRef', 'AlertNotificationTarget', library)?.get('metadata').get('name').text();
      return name === null || name === undefined ? [] : [name];
    });
  const annotations = readAnnotations(policy.get('metadata').get('annotations'), POLICY_ANNOTATIONS);
  const burn = condition.get('spec').get('condition');
  const op = burn.get('op');
  const factor = burn.get('threshold').decimal();
  const windowMs = readShorthand(burn.get('lookbackWindow'));
  if (factor === null || windowMs === null) return null;
  if (op.text() !== 'gt' && op.text() !== 'gte') {
    op.error(
      'openslo.op',
      `an alert on a burn rate ${op.text()} ${burn.get('threshold').text()} fires while all is well`,
      'Use gte',
    );
    return null;
  }
  return {
    place: policy,
    tier: annotations.tier?.text() ?? policy.get('metadata').get('name').text() ?? '',
    severity: condition.get('spec').get('severity').text() ?? 'ticket',
    op: op.text() === 'gt' ? 'gt' : 'gte',
    factor,
    windowMs,
    forMs: readShorthand(burn.get('alertAfter')) ?? 0,
    shortMs: durationOf(annotations['short-window']),
    keepFiringForMs: durationOf(annotations['keep-firing-for']),
    targets,
  };
}

const durationOf = (place: Place | undefined): number | null =>
  place?.duration() === null || place === undefined ? null : parseDuration(place.text() ?? '');

/** The object itself where it stands inline, or the one that is meant. */
function follow(
  entry: Place,
  reference: string,
  kind: 'AlertPolicy' | 'AlertCondition' | 'AlertNotificationTarget',
  library: Library,
): Place | null {
  return entry.get(reference).exists ? library.resolve(kind, entry.get(reference)) : entry;
}

/** The structure of OpenSLO v1 objects. Source: the specification and the rules of github.com/OpenSLO/go-sdk, pkg/openslo/v1. */
import type { Place } from '../document.ts';
import { compare, ONE, rational, ZERO } from '../rational.ts';

export const KINDS = [
  'SLO',
  'SLI',
  'Service',
  'DataSource',
  'AlertPolicy',
  'AlertCondition',
  'AlertNotificationTarget',
] as const;
export type Kind = (typeof KINDS)[number];

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_DESCRIPTION = 1050;
/** OpenSLO's shorthand: minutes, hours, days, weeks, months, quarters, years. */
export const SHORTHAND = /^(\d+)([mhdwMQY])$/;

const specs: Record<Kind, (spec: Place) => void> = {
  SLO: checkSlo,
  SLI: checkIndicatorSpec,
  Service: (spec) => checkSpec(spec, []),
  DataSource(spec) {
    checkSpec(spec, ['type', 'connectionDetails']);
    spec.get('type').requiredText();
  },
  AlertPolicy: checkPolicySpec,
  AlertCondition: checkConditionSpec,
  AlertNotificationTarget: checkTargetSpec,
};

/** Reports everything that is wrong with an object of known kind, references aside. */
export function checkObject(object: Place, kind: Kind): void {
  object.allowKeys(['apiVersion', 'kind', 'metadata', 'spec']);
  checkMetadata(object.get('metadata'));
  specs[kind](object.get('spec'));
}

export function checkMetadata(metadata: Place): void {
  metadata.allowKeys(['name', 'displayName', 'labels', 'annotations']);
  checkName(metadata.get('name'));
}

function checkName(place: Place): void {
  const name = place.requiredText();
  if (name === null || NAME.test(name)) return;
  place.error(
    'openslo.name',
    `"${name}" is no RFC 1123 label`,
    'Use lower-case letters, digits and dashes, at most 63',
  );
}

function checkSpec(spec: Place, keys: readonly string[]): void {
  spec.allowKeys(['description', ...keys]);
  if ((spec.get('description').text() ?? '').length > MAX_DESCRIPTION) {
    spec.get('description').error('openslo.description', `longer than ${MAX_DESCRIPTION} characters`, 'Shorten it');
  }
}

function checkSlo(spec: Place): void {
  const keys = ['service', 'indicator', 'indicatorRef', 'timeWindow', 'budgetingMethod', 'objectives', 'alertPolicies'];
  checkSpec(spec, keys);
  spec.get('service').requiredText();
  const method = spec.get('budgetingMethod');
  method.requiredText();
  const slices = method.oneOf(['Occurrences', 'Timeslices', 'RatioTimeslices']);
  const inObjectives = spec
    .get('objectives')
    .items()
    .some((objective) => hasIndicator(objective));
  if (!inObjectives || hasIndicator(spec)) checkIndicatorChoice(spec);
  if (inObjectives && hasIndicator(spec)) {
    spec.error('openslo.indicator', 'an indicator stands both in the spec and in an objective', 'Keep one of them');
  }
  checkTimeWindow(spec.get('timeWindow'));
  const objectives = spec.get('objectives').items();
  if (objectives.length === 0)
    spec.get('objectives').error('openslo.objectives', 'an objective is required', 'Add one');
  const isRatio = spec.get('indicator').get('spec').get('ratioMetric').exists;
  for (const objective of objectives) checkObjective(objective, slices ?? 'Occurrences', isRatio);
  for (const policy of spec.get('alertPolicies').items()) {
    checkInlineOrReference(policy, 'alertPolicyRef', 'AlertPolicy', checkPolicySpec);
  }
}

const hasIndicator = (place: Place): boolean => place.get('indicator').exists || place.get('indicatorRef').exists;

function checkIndicatorChoice(place: Place): void {
  const [inline, reference] = [place.get('indicator'), place.get('indicatorRef')];
  if (inline.exists === reference.exists) {
    place.error(
      'openslo.indicator',
      'exactly one of indicator and indicatorRef is required',
      'Keep or add one of them',
    );
  } else if (reference.exists) {
    checkName(reference);
  } else {
    inline.allowKeys(['metadata', 'spec']);
    checkMetadata(inline.get('metadata'));
    checkIndicatorSpec(inline.get('spec'));
  }
}

function checkTimeWindow(place: Place): void {
  const windows = place.items();
  const [window] = windows;
  if (window === undefined || windows.length > 1) {
    place.error('openslo.time_window', 'exactly one time window is required', 'Write one, such as duration: 28d');
    return;
  }
  window.allowKeys(['duration', 'isRolling', 'calendar']);
  checkShorthand(window.get('duration'), true);
  const isRolling = window.get('isRolling').boolean() === true;
  const calendar = window.get('calendar');
  if (isRolling === calendar.exists) {
    window.error(
      'openslo.time_window',
      'a window either is rolling or has a calendar',
      'Set isRolling: true, or add calendar',
    );
  }
  if (!calendar.exists) return;
  calendar.allowKeys(['startTime', 'timeZone']);
  const [start, zone] = [calendar.get('startTime'), calendar.get('timeZone')];
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(start.requiredText() ?? '')) {
    start.error('openslo.calendar', 'no date and time', 'Write it as 2022-01-01 12:00:00');
  }
  if (!isTimeZone(zone.requiredText() ?? '')) {
    zone.error('openslo.calendar', 'no IANA time zone', 'Write for example UTC or Europe/Warsaw');
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export function checkShorthand(place: Place, required: boolean): void {
  const text = required ? place.requiredText() : place.text();
  if (text === null || SHORTHAND.test(text)) return;
  place.error(
    'openslo.duration',
    `"${text}" is no duration`,
    'Write a number and one of m, h, d, w, M, Q, Y, such as 28d',
  );
}

function checkObjective(
  objective: Place,
  method: 'Occurrences' | 'Timeslices' | 'RatioTimeslices',
  isRatio: boolean,
): void {
  objective.allowKeys([
    ...['displayName', 'op', 'value', 'target', 'targetPercent', 'timeSliceTarget', 'timeSliceWindow'],
    ...['indicator', 'indicatorRef', 'compositeWeight'],
  ]);
  checkOp(objective.get('op'));
  if (isRatio) {
    for (const name of ['op', 'value']) {
      if (objective.get(name).exists) {
        objective.get(name).error('openslo.forbidden', `${name} has no meaning for a ratioMetric`, 'Remove it');
      }
    }
  }
  objective.get('value').decimal();
  const [target, percent] = [objective.get('target'), objective.get('targetPercent')];
  if (target.exists === percent.exists) {
    objective.error(
      'openslo.target',
      'exactly one of target and targetPercent is required',
      'Set target to a share such as 0.95',
    );
  }
  checkRange(target, 0, 1);
  checkRange(percent, 0, 100);
  if (hasIndicator(objective)) checkIndicatorChoice(objective);
  if (method === 'Occurrences') return;
  if (method === 'Timeslices') {
    const share = objective.get('timeSliceTarget');
    share.requiredText();
    const value = share.decimal();
    if (value !== null && (compare(value, ZERO) <= 0 || compare(value, ONE) > 0)) {
      share.error('openslo.time_slice', 'must be above 0 and at most 1', 'Write a share such as 0.95');
    }
  }
  checkShorthand(objective.get('timeSliceWindow'), true);
}

/** 0 ≤ value < limit, as the specification says. */
function checkRange(place: Place, from: number, below: number): void {
  const value = place.decimal();
  if (value !== null && (compare(value, rational(from)) < 0 || compare(value, rational(below)) >= 0)) {
    place.error('openslo.target', `must be at least ${from} and below ${below}`, 'A budget needs room to burn');
  }
}

const checkOp = (place: Place): string | null => place.oneOf(['lte', 'gte', 'lt', 'gt']);

function checkIndicatorSpec(spec: Place): void {
  checkSpec(spec, ['thresholdMetric', 'ratioMetric']);
  const [threshold, ratio] = [spec.get('thresholdMetric'), spec.get('ratioMetric')];
  if (threshold.exists === ratio.exists) {
    spec.error(
      'openslo.indicator',
      'exactly one of thresholdMetric and ratioMetric is required',
      'Keep or add one of them',
    );
  } else if (threshold.exists) {
    checkMetric(threshold);
  } else {
    checkRatioMetric(ratio);
  }
}

function checkRatioMetric(ratio: Place): void {
  ratio.allowKeys(['counter', 'good', 'bad', 'total', 'raw', 'rawType']);
  ratio.get('counter').boolean();
  const [good, bad, total, raw] = [ratio.get('good'), ratio.get('bad'), ratio.get('total'), ratio.get('raw')];
  if (raw.exists === total.exists || (raw.exists && (good.exists || bad.exists))) {
    ratio.error(
      'openslo.ratio',
      'either raw alone, or total with good or bad, is required',
      'Keep one of the two forms',
    );
    return;
  }
  if (raw.exists) {
    ratio.get('rawType').requiredText();
    ratio.get('rawType').oneOf(['success', 'failure']);
  } else if (!good.exists && !bad.exists) {
    ratio.error('openslo.ratio', 'good or bad is required beside total', 'Add the one that is counted directly');
  }
  for (const metric of [good, bad, total, raw]) if (metric.exists) checkMetric(metric);
}

function checkMetric(metric: Place): void {
  metric.allowKeys(['metricSource']);
  const source = metric.get('metricSource');
  source.allowKeys(['metricSourceRef', 'type', 'spec']);
  if (source.get('metricSourceRef').exists) checkName(source.get('metricSourceRef'));
  if (source.get('spec').keys().length === 0) {
    source.get('spec').error('input.required', 'a metric source needs a spec', 'Add spec.query');
  }
}

function checkPolicySpec(spec: Place): void {
  const flags = ['alertWhenNoData', 'alertWhenBreaching', 'alertWhenResolved'];
  checkSpec(spec, [...flags, 'conditions', 'notificationTargets']);
  for (const flag of flags) spec.get(flag).boolean();
  const conditions = spec.get('conditions').items();
  if (conditions.length !== 1) {
    spec
      .get('conditions')
      .error('openslo.conditions', 'exactly one condition is required', 'Write a policy for each condition');
  }
  for (const condition of conditions) {
    checkInlineOrReference(condition, 'conditionRef', 'AlertCondition', checkConditionSpec);
  }
  const targets = spec.get('notificationTargets').items();
  if (targets.length === 0) {
    spec.get('notificationTargets').error('openslo.targets', 'a notification target is required', 'Add a targetRef');
  }
  for (const target of targets) checkInlineOrReference(target, 'targetRef', 'AlertNotificationTarget', checkTargetSpec);
}

function checkConditionSpec(spec: Place): void {
  checkSpec(spec, ['severity', 'condition']);
  spec.get('severity').requiredText();
  const condition = spec.get('condition');
  condition.allowKeys(['kind', 'op', 'threshold', 'lookbackWindow', 'alertAfter']);
  condition.get('kind').requiredText();
  condition.get('kind').oneOf(['burnrate']);
  condition.get('op').requiredText();
  checkOp(condition.get('op'));
  condition.get('threshold').requiredText();
  condition.get('threshold').decimal();
  checkShorthand(condition.get('lookbackWindow'), true);
  checkShorthand(condition.get('alertAfter'), false);
}

function checkTargetSpec(spec: Place): void {
  checkSpec(spec, ['target']);
  spec.get('target').requiredText();
}

function checkInlineOrReference(place: Place, reference: string, kind: Kind, checkInline: (spec: Place) => void): void {
  if (place.get(reference).exists) {
    place.allowKeys([reference]);
    checkName(place.get(reference));
    return;
  }
  place.allowKeys(['kind', 'metadata', 'spec']);
  place.get('kind').requiredText();
  place.get('kind').oneOf([kind]);
  checkMetadata(place.get('metadata'));
  checkInline(place.get('spec'));
}

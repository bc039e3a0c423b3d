/** OpenSLO v1 documents → SLOs. Source: github.com/OpenSLO/OpenSLO, specification v1. */
import type { Place } from '../document.ts';
import { readPromql } from '../promql-place.ts';
import { compare, decimal, divide, ONE, type Rational, rational, ZERO } from '../rational.ts';
import { pascalCase, type Slo } from '../slo.ts';
import { defaultTiers } from '../tiers.ts';
import { readTiers } from './alerting.ts';
import { readAnnotations, SLO_ANNOTATIONS } from './annotations.ts';
import { readSli } from './indicator.ts';
import { Library } from './library.ts';
import { readPeriod } from './period.ts';
import { checkObject, KINDS } from './validate.ts';

/** Every SLO of the documents, in their order; one with an error gives none. Problems are reported at their places. */
export function readOpenSlo(documents: readonly Place[]): Slo[] {
  const library = new Library();
  const valid = documents.filter((document) => {
    const kind = document.get('kind').requiredText() === null ? null : document.get('kind').oneOf(KINDS);
    if (kind === null) return false;
    const isValid = document.withoutErrors(() => checkObject(document, kind));
    // Services are names: nothing refers to their objects.
    if (isValid && kind !== 'Service') library.add(kind, document);
    return isValid;
  });
  for (const document of valid) if (document.get('kind').text() === 'AlertPolicy') checkReferences(document, library);
  return valid
    .filter((document) => document.get('kind').text() === 'SLO')
    .flatMap((document) => {
      let slos: Slo[] = [];
      const isRead = document.withoutErrors(() => {
        slos = readSlo(document, library);
      });
      return isRead ? slos : [];
    });
}

/** A policy that no SLO uses is no error, and neither is one that is meant for other files. */
function checkReferences(policy: Place, library: Library): void {
  const spec = policy.get('spec');
  const references = [
    ...spec
      .get('conditions')
      .items()
      .map((item) => ['AlertCondition', item.get('conditionRef')] as const),
    ...spec
      .get('notificationTargets')
      .items()
      .map((item) => ['AlertNotificationTarget', item.get('targetRef')] as const),
  ];
  for (const [kind, reference] of references) {
    const name = reference.text();
    if (name !== null && library.find(kind, name) === null) {
      reference.warn('openslo.reference', `there is no ${kind} "${name}"`, 'Add its file to the input');
    }
  }
}

function readSlo(document: Place, library: Library): Slo[] {
  const metadata = document.get('metadata');
  const spec = document.get('spec');
  const name = metadata.get('name').text() ?? '';
  const title = metadata.get('displayName').text() ?? name;
  const annotations = readAnnotations(metadata.get('annotations'), SLO_ANNOTATIONS);
  const period = readPeriod(spec.get('timeWindow'));
  const indicator = readIndicator(spec, library);
  const policies = spec.get('alertPolicies');
  const tiers = readTiers(policies, library);
  if (period === null || indicator === null) return [];
  const objectives = spec.get('objectives').items();
  return objectives.flatMap((place, i): Slo[] => {
    const objective = readObjective(place);
    const sli = readSli(indicator, place, spec.get('budgetingMethod').text() ?? '', library);
    if (objective === null || sli === null) return [];
    const suffix = place.get('displayName').text() ?? String(i + 1);
    const id = objectives.length === 1 ? name : `${name}-${slug(suffix)}`;
    const exactCounts = annotations['exact-counts']?.text() ?? null;
    const contributors = annotations.contributors?.text() ?? null;
    return [
      {
        id,
        service: spec.get('service').text() ?? '',
        title: objectives.length === 1 ? title : `${title} (${suffix})`,
        description: spec.get('description').text()?.trim() ?? '',
        objective,
        sli,
        period,
        tiers: policies.items().length === 0 ? defaultTiers(period.ms) : tiers,
        disabledTiers: list(annotations['disable-tiers']),
        groupBy: readLabels(annotations['group-by']),
        labels: metadata.get('labels').textMap(),
        alertName: `${pascalCase(id)}BurnRate`,
        runbook: annotations.runbook?.text() ?? null,
        productSli: annotations.sli?.text() ?? null,
        exactCounts:
          exactCounts === null
            ? null
            : {
                selector: exactCounts,
                causes: annotations['cause-counts']?.text() ?? null,
                lowTraffic:
                  annotations.kind?.oneOf(['counted', 'deadline-cohort', 'time-integrated']) !== 'time-integrated',
                cusum: annotations.cusum?.text() ?? null,
                falseAlertsPerYear: annotations['false-alerts-per-year']?.decimal() ?? decimal('1'),
              },
        contributors:
          contributors === null
            ? null
            : { selector: contributors, label: annotations['contributors-by']?.text() ?? 'team', windowMs: null },
        freshness: annotations.freshness === undefined ? null : readPromql(annotations.freshness),
        mode: annotations.mode?.oneOf(['measure']) === 'measure' ? 'measure' : 'alert',
        origin: document.origin,
      },
    ];
  });
}

/** The indicator's spec, inline or by reference. */
function readIndicator(spec: Place, library: Library): Place | null {
  if (spec.get('indicator').exists) return spec.get('indicator').get('spec');
  const reference = spec.get('indicatorRef');
  if (reference.exists) return library.resolve('SLI', reference)?.get('spec') ?? null;
  spec
    .get('objectives')
    .error('unsupported.composite', 'composite SLOs are not supported', 'Write one SLO for each indicator');
  return null;
}

/** OpenSLO allows an objective of 0, which leaves nothing that could fail. */
function readObjective(place: Place): Rational | null {
  const percent = place.get('targetPercent').decimal();
  const target = place.get('target').decimal() ?? (percent === null ? null : divide(percent, rational(100)));
  if (target !== null && compare(target, ZERO) > 0 && compare(target, ONE) < 0) return target;
  place.error('lint.objective', 'an objective of 0 can never be missed', 'Choose a share above 0');
  return null;
}

function readLabels(place: Place | undefined): string[] {
  const labels = list(place);
  for (const label of labels) {
    if (!/^[a-zA-Z_]\w*$/.test(label)) place?.error('openslo.annotation', `"${label}" is no label name`, 'Correct it');
  }
  return labels;
}

const list = (place: Place | undefined): string[] =>
  (place?.text() ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** OpenSLO v1 documents → SLOs. Source: github.com/OpenSLO/OpenSLO, specification v1. */
import { type Place, readDocuments } from '../document.ts';
import { DAY_MS, parseDuration } from '../duration.ts';
import type { Problem } from '../problem.ts';
import { compare, divide, ONE, type Rational, rational, ZERO } from '../rational.ts';
import type { Slo } from '../slo.ts';
import { defaultTiers } from '../tiers.ts';
import { DOMAIN, SLO_ANNOTATIONS, type SloAnnotation } from './annotations.ts';
import { readIndicator } from './indicator.ts';

export interface InputFile {
  /** As problems name it. */
  path: string;
  text: string;
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Every SLO of the files, in the order of the files. A document with an error gives none; all problems are reported. */
export function readOpenSlo(files: readonly InputFile[]): { slos: Slo[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const slos = files.flatMap(({ path, text }) =>
    readDocuments(path, text, problems).flatMap((document) => {
      const errorsBefore = problems.length;
      const slo = readSlo(document);
      const failed = problems.slice(errorsBefore).some(({ severity }) => severity === 'error');
      return slo === null || failed ? [] : [slo];
    }),
  );
  return { slos, problems };
}

function readSlo(document: Place): Slo | null {
  document.allowKeys(['apiVersion', 'kind', 'metadata', 'spec']);
  const version = document.get('apiVersion').oneOf(['openslo/v1']);
  const kind = document.get('kind').oneOf(['SLO']);
  if (version === null || kind === null) return null;
  const metadata = document.get('metadata');
  const spec = document.get('spec');
  const name = readName(metadata);
  const annotations = readAnnotations(metadata.get('annotations'));
  const service = spec.get('service').requiredText();
  const objective = readObjective(spec.get('objectives'));
  const periodMs = readPeriod(spec.get('timeWindow'));
  const sli = readIndicator(spec.get('indicator'));
  if (name === null || service === null || objective === null || periodMs === null || sli === null) return null;
  return {
    id: name,
    service,
    title: metadata.get('displayName').text() ?? name,
    description: spec.get('description').text()?.trim() ?? '',
    objective,
    sli,
    periodMs,
    tiers: defaultTiers(periodMs),
    groupBy: annotations['group-by']?.split(',').map((label) => label.trim()) ?? [],
    labels: metadata.get('labels').textMap(),
    runbook: annotations.runbook ?? null,
    productSli: annotations.sli ?? null,
    exactCounts: annotations['exact-counts'] ?? null,
  };
}

function readName(metadata: Place): string | null {
  metadata.allowKeys(['name', 'displayName', 'labels', 'annotations']);
  const name = metadata.get('name').requiredText();
  if (name === null || NAME.test(name)) return name;
  metadata
    .get('name')
    .error('openslo.name', `"${name}" is no RFC 1123 label`, 'Use lower-case letters, digits and dashes');
  return null;
}

function readAnnotations(place: Place): Partial<Record<SloAnnotation, string>> {
  const ours: Partial<Record<SloAnnotation, string>> = {};
  for (const [key, value] of Object.entries(place.textMap())) {
    if (!key.startsWith(DOMAIN)) continue;
    const name = key.slice(DOMAIN.length);
    if (name in SLO_ANNOTATIONS) ours[name as SloAnnotation] = value;
    else
      place.get(key).error('openslo.annotation', `unknown ${key}`, `Known: ${Object.keys(SLO_ANNOTATIONS).join(', ')}`);
  }
  return ours;
}

function readObjective(objectives: Place): Rational | null {
  const [objective, second] = objectives.items();
  if (objective === undefined) {
    objectives.error('openslo.objectives', 'an objective is required', 'Add one with a target such as 0.95');
    return null;
  }
  second?.error('openslo.objectives', 'only one objective is supported', 'Write one SLO for each objective');
  objective.allowKeys(['displayName', 'target', 'targetPercent']);
  const percent = objective.get('targetPercent').decimal();
  const target = objective.get('target').decimal() ?? (percent === null ? null : divide(percent, rational(100)));
  if (target === null) {
    objective.error('openslo.target', 'target is required', 'Set target to a share such as 0.95');
    return null;
  }
  if (compare(target, ZERO) > 0 && compare(target, ONE) < 0) return target;
  objective.error(
    'openslo.target',
    'the target must lie between 0 and 1, both excluded',
    'A budget needs room to burn',
  );
  return null;
}

function readPeriod(timeWindow: Place): number | null {
  const [window] = timeWindow.items();
  if (window === undefined) {
    timeWindow.error('openslo.time_window', 'a time window is required', 'Add duration: 28d with isRolling: true');
    return null;
  }
  window.allowKeys(['duration', 'isRolling']);
  const text = window.get('duration').requiredText();
  if (text === null) return null;
  if (window.get('isRolling').boolean() !== true) {
    window.error('openslo.time_window', 'only rolling windows are supported', 'Set isRolling: true');
    return null;
  }
  const periodMs = parseDuration(text);
  if (periodMs !== null && periodMs >= DAY_MS) return periodMs;
  window
    .get('duration')
    .error('openslo.time_window', `"${text}" is no window of a day or more`, 'Write for example 28d');
  return null;
}

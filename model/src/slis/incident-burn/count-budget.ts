import type { IncidentSeverity } from '../../domain/declaration.ts';
import { declaredIncident } from '../../domain/declared-record.ts';
import { detectionsIn } from '../runtime-detection/compute.ts';
import type { SliInput } from '../sli.ts';
import { poissonTail } from '../statistics.ts';
import { BUDGET_MS, INCIDENT_WEIGHTS } from './definition.ts';

interface Incident {
  severity: IncidentSeverity;
  detectedMs: number;
}

/**
 * M10a: the weight of declared incidents against the budget. A labelled compromise is declared by rule – critical S1, high
 * S2, others S3 – unless a person has declared it.
 *
 * In P(X ≥ k | budget), k counts incidents: the budget, which is of weight, allows budget / mean weight of them. With incidents of
 * weight 1 that is the budget itself.
 */
export function countBudget(input: SliInput): Record<string, number | null> {
  const { incidentBudget } = input.policy;
  const incidents = incidentsOf(input).filter(({ detectedMs }) => detectedMs <= input.toMs);
  const inWindow = incidents.filter(({ detectedMs }) => detectedMs > input.fromMs);
  const weight = weightOf(inWindow);
  if (incidentBudget === null)
    return { count_budget: null, count_burn: null, count_weight: weight, count_probability: null };
  const allowed = (incidentBudget * (input.toMs - input.fromMs)) / BUDGET_MS;
  const spent = weightOf(incidents.filter(({ detectedMs }) => detectedMs > input.toMs - BUDGET_MS));
  const meanWeight = inWindow.length > 0 ? weight / inWindow.length : 1;
  return {
    count_budget: 1 - spent / incidentBudget,
    count_burn: weight / allowed,
    count_weight: weight,
    count_probability: poissonTail(inWindow.length, allowed / meanWeight),
  };
}

function incidentsOf({ incidents, episodes }: SliInput): Incident[] {
  const declared = incidents.flatMap((record) => declaredIncident(record) ?? []);
  const known = new Set(declared.map(({ subjectId }) => subjectId));
  const byRule: Incident[] = [];
  for (const { episode } of detectionsIn(episodes)) {
    const detect = episode.clocks.t_detect;
    if (episode.verdict !== 'tp' || !detect || known.has(episode.id)) continue;
    const severity = episode.severity === 'critical' ? 'S1' : episode.severity === 'high' ? 'S2' : 'S3';
    byRule.push({ severity, detectedMs: detect.atMs });
  }
  return [...declared.filter((incident) => incident.void === null), ...byRule];
}

function weightOf(incidents: readonly Incident[]): number {
  return incidents.reduce((sum, { severity }) => sum + INCIDENT_WEIGHTS[severity], 0);
}

import type { Severity, Transition } from '@cnapp-slo/model';
import { ocsfFinding } from '../ocsf/transition.ts';

export interface FindingRecord {
  atMs: number;
  eventName: string;
  /** OpenTelemetry's 1…24; 0 is unspecified. */
  severityNumber: number;
  severityText: string;
  /** The OCSF event as JSON: the body in which Collectors and stores carry one. */
  body: string;
  attributes: Record<string, string>;
}

/** OCSF severities among OpenTelemetry's: INFO, INFO2, WARN, ERROR, ERROR2. */
const SEVERITY_NUMBER: Record<Severity, number> = {
  unknown: 0,
  informational: 9,
  low: 10,
  medium: 13,
  high: 17,
  critical: 18,
};

/** One step of an episode as a log record: the body is its OCSF 1.8.0 finding, the attributes are what one filters by. */
export function recordOf(transition: Transition): FindingRecord {
  const { atMs, episode, finding, asset } = transition;
  const event = ocsfFinding(transition);
  return {
    atMs,
    eventName: `ocsf.${String(event.class_name).toLowerCase().replaceAll(' ', '_')}`,
    severityNumber: SEVERITY_NUMBER[episode.severity],
    severityText: episode.severity,
    body: JSON.stringify(event),
    attributes: {
      'cnapp.tenant': episode.tenant,
      'cnapp.finding.id': finding.id,
      'cnapp.episode.id': episode.id,
      'cnapp.episode.state': episode.state,
      'cnapp.detector': finding.detector,
      'security_rule.name': finding.rule,
      'cnapp.asset.id': finding.asset.id,
      ...(asset && { 'cnapp.owner_team': asset.team, 'cnapp.asset.criticality': asset.criticality }),
    },
  };
}

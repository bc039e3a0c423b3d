/** The JSON shapes of incidents. */
import type { Severity } from '../domain/observation.ts';
import type { ChangeJson } from './findings.ts';

export interface IncidentJson {
  id: string;
  tenant: string;
  title: string;
  severity: Severity;
  state: 'firing' | 'acknowledged' | 'resolved';
  team: string;
  started_at: string;
  alerted_at: string | null;
  acknowledged_at: string | null;
  resolved_at: string | null;
  /** The first one gave the incident its id. */
  episode_ids: string[];
  asset_ids: string[];
  /** Kubernetes workloads among them. */
  workloads: string[];
  /** Image digests that were scanned, or that ran when it happened. */
  digests: string[];
  /** How sure the detectors are together, 0..1; null where none of them says. */
  confidence: number | null;
  members: IncidentMemberJson[];
  /** Only in `/incidents/{id}`: what happened, by time. */
  chain?: IncidentStepJson[];
}

export interface IncidentMemberJson {
  episode_id: string;
  finding_id: string;
  title: string;
  rule: string;
  detector: string;
  detector_class: string;
  /** A weakness waits to be used, an attack uses it. */
  stage: 'weakness' | 'attack';
  severity: Severity;
  state: string;
  asset_id: string;
  asset_name: string | null;
  team: string;
  techniques: string[];
  /** Why it belongs to the incident; null for the one that was looked at first. */
  link: 'same_change' | 'seen_together' | 'attack_goes_on' | 'attack_on_weakness' | null;
  detected_at: string;
  closed_at: string | null;
}

export interface IncidentStepJson {
  at: string;
  kind:
    | 'commit'
    | 'build'
    | 'deploy'
    | 'apply'
    | 'api'
    | 'gate'
    | 'sbom'
    | 'weakness'
    | 'attack'
    | 'acknowledged'
    | 'verified'
    | 'closed';
  title: string;
  /** The detector, the format or the person that it is known from. */
  by: string | null;
  asset_id: string | null;
  finding_id: string | null;
  digest: string | null;
  change: ChangeJson | null;
}

import type { SliId } from '../api.ts';
import type { Actor } from './observation.ts';
import type { SamplingRollout } from './sampling-rollout.ts';

/** S1 is the worst. */
export type IncidentSeverity = 'S1' | 'S2' | 'S3';

/** A step in the life of a declared incident: by a person, or by a rule (`actor.kind: 'automation'`). */
export interface IncidentDeclaration {
  kind: 'incident';
  incidentId: string;
  step: 'declared' | 'merged' | 'dismissed' | 'closed';
  /** The episode that it is about: declared by a rule or by a person, it counts once. */
  subjectId?: string;
  title?: string;
  severity?: IncidentSeverity;
  /** First detection (epoch ms); the declaration's own time when absent. */
  detectedMs?: number;
  /** `outsider`: nobody of ours detected it. */
  detectedBy?: 'us' | 'outsider';
  /** The incident that goes on, for `merged`. */
  into?: string;
  actor: Actor;
  atMs: number;
}

/** A detection exercise: synthetic events were injected at `atMs`, and these techniques should be detected. */
export interface ExercisePlan {
  kind: 'exercise';
  exerciseId: string;
  /** MITRE ATT&CK technique ids. */
  techniques: string[];
  atMs: number;
  /** Later than this is missed. Absent: 15 min. */
  detectWithinSeconds?: number;
  actor: Actor;
}

/** Changes are to go out past the release gate: one person asks, another agrees. */
export interface GateOverride {
  kind: 'gate_override';
  overrideId: string;
  step: 'requested' | 'approved' | 'withdrawn';
  /** With `requested`: why, and for what. What is absent does not matter. */
  reason?: string;
  service?: string;
  environment?: string;
  changeKind?: string;
  actor: Actor;
  atMs: number;
}

/** Work that is expected to burn budget: alerts are held back meanwhile, and the budget burns all the same. */
export interface Maintenance {
  kind: 'maintenance';
  maintenanceId: string;
  step: 'planned' | 'ended';
  /** With `planned`: who answers for it, why, from when to when (epoch ms), and for which SLIs (absent: all). */
  owner?: string;
  reason?: string;
  fromMs?: number;
  toMs?: number;
  slis?: SliId[];
  actor: Actor;
  atMs: number;
}

export type Declaration = IncidentDeclaration | ExercisePlan | GateOverride | Maintenance | SamplingRollout;

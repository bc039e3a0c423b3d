import type { ExercisePlan, GateOverride, IncidentDeclaration, Maintenance } from './declaration.ts';
import type {
  Actor,
  AssetObservation,
  ChangeObservation,
  FindingObservation,
  GateObservation,
  HeartbeatObservation,
  SbomObservation,
  ScanObservation,
} from './observation.ts';
import type { SamplingRollout } from './sampling-rollout.ts';

/** A notification accepted by a human channel, or a ticket created. */
export interface AlertInput {
  kind: 'alert';
  /** Finding, episode or incident id, as the channel carried it. */
  subjectId: string;
  channel: string;
  precision: 'exact' | 'inferred';
  /** The routing group that was notified: what reached somebody together is one alert. Absent: the subject's own. */
  group?: string;
  /** Whether it called somebody, or waits to be read. Absent: not known. */
  urgency?: 'page' | 'ticket' | 'digest';
  atMs: number;
}
export interface AcknowledgementInput {
  kind: 'acknowledgement';
  subjectId: string;
  actor: Actor;
  channel: string;
  /** Nobody has it any more: what was acknowledged before is void. */
  withdrawn?: true;
  atMs: number;
}
export type VerdictLabel = 'tp' | 'fp' | 'btp' | 'duplicate' | 'unknown';
export interface VerdictInput {
  kind: 'verdict';
  subjectId: string;
  verdict: VerdictLabel;
  reason?: string;
  actor: Actor;
  atMs: number;
}
/** Accepted risk: suspends M2's clock from approval to expiry. */
export interface AcceptanceInput {
  kind: 'acceptance';
  subjectId: string;
  requester: Actor;
  approver: Actor;
  reason: string;
  atMs: number;
  expiresMs: number;
  policy: 'resume' | 'restart';
}
/** Somebody is to deal with it. */
export interface AssignmentInput {
  kind: 'assignment';
  subjectId: string;
  /** A person's or a team's name. */
  assignee: string;
  actor: Actor;
  atMs: number;
}
/** Playbook tiers: notify, gated, automatic. */
export type ActionTier = 'T1' | 'T2' | 'T3';
export type ActionFailure = 'permission' | 'conflict' | 'timeout' | 'verify_failed';
/**
 * A remediation step or a ticket's claim that it is fixed. `started` opens an attempt; `contained` ends a runtime or
 * identity detection, whose detector never says PASS. `reopened` takes back what people claimed before.
 */
export interface ActionInput {
  kind: 'action';
  subjectId: string;
  action: 'started' | 'remediated' | 'contained' | 'deleted_to_fix' | 'failed' | 'reverted' | 'denied' | 'reopened';
  actor: Actor;
  tier?: ActionTier;
  /** Joins the steps of one attempt. Absent: each step is an attempt of its own. */
  attemptId?: string;
  /** Why it failed. */
  cause?: ActionFailure;
  atMs: number;
  changeId?: string;
}

export type PersonInput =
  | AlertInput
  | AcknowledgementInput
  | VerdictInput
  | AssignmentInput
  | AcceptanceInput
  | ActionInput;

export type FactBody =
  | FindingObservation
  | ChangeObservation
  | AssetObservation
  | ScanObservation
  | GateObservation
  | HeartbeatObservation
  | SbomObservation
  | IncidentDeclaration
  | ExercisePlan
  | GateOverride
  | Maintenance
  | SamplingRollout
  | PersonInput;

/** Where a fact comes from: a transport's stream of one format in one scope (account, cluster, repository). */
export interface SourceRef {
  /** `<format>/<scope>`, e.g. `cloudtrail/111122223333`. */
  id: string;
  format: string;
  scope: string;
}

/** One deduplicated line of the ledger. Never edited: a correction is a new fact. */
export interface Fact<B extends FactBody = FactBody> {
  /** Content identity: the same observation sent twice has the same id. Lower-case hex. */
  id: string;
  /** An exercise's is `exerciseTenant` of the tenant that it tests. */
  tenant: string;
  /** Event time (epoch ms). */
  atMs: number;
  /** Earliest receipt (epoch ms). */
  recvMs: number;
  /** Backfill never enters burn alerts. */
  origin: 'live' | 'backfill';
  /** From a detection exercise; never enters production SLIs. */
  exercise: boolean;
  source: SourceRef;
  trace?: { traceId: string; spanId?: string };
  body: B;
}

/** Of what names no tenant. */
export const DEFAULT_TENANT = 'default';

const EXERCISE = '~exercise';

/** Exercises share no asset, finding, scope or source with production: they have a tenant of their own. */
export function exerciseTenant(tenant: string): string {
  return tenant.endsWith(EXERCISE) ? tenant : tenant + EXERCISE;
}

export function isExerciseTenant(tenant: string): boolean {
  return tenant.endsWith(EXERCISE);
}

/** The tenant that an exercise tests; any other tenant itself. */
export function testedTenant(tenant: string): string {
  return isExerciseTenant(tenant) ? tenant.slice(0, -EXERCISE.length) : tenant;
}

/** The order that makes arrival order irrelevant. */
export function byEventTimeThenId(a: Fact, b: Fact): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

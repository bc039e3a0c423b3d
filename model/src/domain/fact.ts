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

/** A notification accepted by a human channel, or a ticket created. */
export interface AlertInput {
  kind: 'alert';
  /** Finding, episode or incident id, as the channel carried it. */
  subjectId: string;
  channel: string;
  precision: 'exact' | 'inferred';
  atMs: number;
}
export interface AcknowledgementInput {
  kind: 'acknowledgement';
  subjectId: string;
  actor: Actor;
  channel: string;
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
/** A remediation step or a ticket's claim that it is fixed. */
export interface ActionInput {
  kind: 'action';
  subjectId: string;
  action: 'remediated' | 'deleted_to_fix' | 'failed' | 'reverted' | 'denied';
  actor: Actor;
  atMs: number;
  changeId?: string;
}

export type PersonInput = AlertInput | AcknowledgementInput | VerdictInput | AcceptanceInput | ActionInput;

export type FactBody =
  | FindingObservation
  | ChangeObservation
  | AssetObservation
  | ScanObservation
  | GateObservation
  | HeartbeatObservation
  | SbomObservation
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

/** The order that makes arrival order irrelevant. */
export function byEventTimeThenId(a: Fact, b: Fact): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

import type { AssetRef } from './asset.ts';
import type { Clocks } from './clock.ts';
import type { ActionFailure, ActionInput, ActionTier, AlertInput, VerdictLabel } from './fact.ts';
import type { Actor, DetectorClass, DriftKind, Link, Severity } from './observation.ts';

export type EpisodeState = 'open' | 'acked' | 'remediating' | 'fixed_unverified' | 'suspended' | 'unknown' | 'closed';

export type CloseReason =
  | 'remediated_verified'
  | 'remediated_by_deletion'
  | 'asset_deleted'
  | 'false_positive'
  | 'duplicate'
  | 'rule_retired'
  | 'rule_changed'
  | 'out_of_scope';

/** What started the episode: M1 counts only `asset_change`. */
export type Trigger = 'asset_change' | 'rule_enabled' | 'advisory_published' | 'baseline' | 'unknown';

/** One attempt to remedy an episode: its steps joined, the last one deciding. Times epoch ms. */
export interface Attempt {
  id: string;
  action: ActionInput['action'];
  actor: Actor;
  tier?: ActionTier;
  cause?: ActionFailure;
  changeId?: string;
  startedMs: number;
  atMs: number;
}

/** One uninterrupted violation of a finding. */
export interface Episode {
  /** `<finding id>.<seq>`. */
  id: string;
  findingId: string;
  seq: number;
  tenant: string;
  /** Never `suspended` or `unknown`: those pass with time, not with facts (see `stateAt`). */
  state: EpisodeState;
  closeReason?: CloseReason;
  trigger: Trigger;
  cohort: 'normal' | 'baseline';
  origin: 'live' | 'backfill';
  exercise: boolean;
  clocks: Clocks;
  /** Severity at t_detect; only a stricter later value moves the deadline. */
  severity: Severity;
  strictestSeverity: Severity;
  detector: string;
  detectorClass: DetectorClass;
  rule: string;
  /** Times a close was voided because the failure came back within the flap window. */
  flaps: number;
  /** False when the failure came back within the durability window after this episode's close. */
  durable: boolean;
  /** The change that (most likely) caused it, and every change that can have. */
  causeChangeId?: string;
  candidateChangeIds: string[];
  /** The change that fixed it, where one is known. */
  fixChangeId?: string;
  fixActor?: Actor;
  verdict?: VerdictLabel;
  /** Who is to deal with it, by the last assignment. */
  assignee?: string;
  /** The routing group of the first alert. */
  alertGroup?: string;
  /** How urgent that alert was, where its channel says so. */
  alertUrgency?: AlertInput['urgency'] & string;
  /** By their start; absent while there is none. */
  attempts?: Attempt[];
  /** Accepted-risk intervals, epoch ms; an open-ended one has no `toMs`. */
  suspensions: { fromMs: number; toMs?: number; policy: 'resume' | 'restart' }[];
  /** False verdicts by `suppressed`, kept for display. */
  detectorSuppressed: boolean;
  lastFailMs: number;
  lastSeenMs: number;
  driftKind?: DriftKind;
  traceIds: string[];
}

/** A rule's standing violation record on an asset: identity plus what its latest evidence says. */
export interface Finding {
  /** H(tenant, rule, canonical asset, discriminator), with the prefix `f_`. */
  id: string;
  tenant: string;
  detector: string;
  detectorClass: DetectorClass;
  rule: string;
  title: string;
  asset: AssetRef;
  discriminator?: string;
  techniques?: string[];
  confidence?: number;
  severity: Severity;
  lastVerdict: string;
  lastSeenMs: number;
  nativeId?: string;
  evidence?: Record<string, string | number | boolean>;
  remediation?: string;
  links: Link[];
}

import type { AssetContext, AssetRef } from './asset.ts';

export type Severity = 'unknown' | 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** What kind of detector speaks. Runtime and identity detections never emit PASS. */
export type DetectorClass =
  | 'posture'
  | 'iac'
  | 'identity_config'
  | 'vulnerability'
  | 'secret'
  | 'sast'
  | 'drift'
  | 'runtime'
  | 'identity';

/** `suppressed` is a detector's own mute: shown, never a fix. `error` and `not_applicable` prove nothing. */
export type FindingVerdict = 'fail' | 'pass' | 'suppressed' | 'not_applicable' | 'error';

export type DriftKind = 'modified' | 'missing' | 'unmanaged';

export interface Link {
  rel: 'source' | 'console' | 'commit' | 'pipeline' | 'advisory' | 'remediation' | 'image';
  href: string;
}

export type ActorKind = 'human' | 'automation' | 'unknown';
export interface Actor {
  id: string;
  kind: ActorKind;
}

/** The detector of findings that policies open. */
export const POLICY_DETECTOR = 'policy';

/** One verdict of one rule on one asset at one instant. A drift comparison is one too (`detectorClass: 'drift'`). */
export interface FindingObservation {
  kind: 'finding';
  /** Which tool speaks, e.g. `prowler`, `trivy`, `falco`. */
  detector: string;
  detectorClass: DetectorClass;
  /** The tool's stable rule id, normalised (`s3_bucket_public_access`, `KSV-0001`, `CVE-2024-1234`). */
  rule: string;
  title: string;
  asset: AssetRef;
  /** What tells two findings of one rule on one asset apart (package and advisory, port …); never message text. */
  discriminator?: string;
  verdict: FindingVerdict;
  severity: Severity;
  /** Epoch ms of the verdict, by the detector's own clock where it gives one. */
  atMs: number;
  /** The scan scope that this verdict belongs to; equal to a `ScanObservation.scope` where scans are reported. */
  scope?: string;
  /** The scan run that gave it; a complete snapshot scan without this finding is a PASS. */
  scanId?: string;
  /** The detector's own id of the finding, for display and joins. */
  nativeId?: string;
  /** Set for `detectorClass: 'drift'`. `expected` names the reason why the difference is no drift (SLI-DEFINITIONS 3). */
  drift?: { kind?: DriftKind; expected?: string; changed?: string[]; intervalSeconds?: number };
  /** MITRE ATT&CK technique ids. */
  techniques?: string[];
  /** How sure the detector is, 0..1; absent where it does not say. */
  confidence?: number;
  /** When the advisory was published or the rule was enabled, where the source says so (epoch ms). */
  advisoryPublishedMs?: number;
  ruleEnabledMs?: number;
  context?: AssetContext;
  /** Small, displayable proof; strings, numbers and booleans only. */
  evidence?: Record<string, string | number | boolean>;
  remediation?: string;
  links?: Link[];
  compliance?: Record<string, string[]>;
}

/** A state-changing event: an API call, apply, deploy, build or commit. */
export interface ChangeObservation {
  kind: 'change';
  /** The source's unique id of the event (CloudTrail eventID, auditID …). */
  nativeId: string;
  changeKind: 'api' | 'commit' | 'build' | 'deploy' | 'apply';
  /** What happened, `<provider>:<service>:<Action>` for API calls (`aws:s3:PutBucketPolicy`, `k8s:apps:patch:deployments`). */
  action: string;
  atMs: number;
  assets: AssetRef[];
  actor: Actor;
  outcome: 'success' | 'failure' | 'unknown';
  /** Attributes or fields that the change touched, where the source says so (`spec.replicas`, `policy`). */
  fields?: string[];
  /** What it set the number of replicas to, where it says so. */
  replicas?: number;
  vcs?: { repository: string; revision?: string; ref?: string; author?: string; message?: string };
  pipeline?: { name?: string; runId?: string; url?: string };
  /** Artifacts that it made or rolled out, `sha256:…`. */
  digests?: string[];
  service?: string;
  environment?: string;
  title?: string;
  links?: Link[];
}

/** An asset seen, described or gone. */
export interface AssetObservation {
  kind: 'asset';
  asset: AssetRef;
  state: 'present' | 'deleted';
  atMs: number;
  context?: AssetContext;
  /** Why it is gone: who deleted it, or which complete inventory lacked it. */
  cause?: string;
  /** The inventory run that lists it, where a complete one proves that what it does not list is gone. `atMs`: the run's time. */
  listed?: { scope: string; scanId: string; atMs: number };
  /** Everything of these kinds that the source knows; absent: it knows nothing of relations. */
  relations?: Relation[];
}

/**
 * `runs_image`: an image reference, with its digest where known · `assumes_role`: a role or service account that it acts as ·
 * `exposes`: what it makes reachable · `owns`: what exists for it.
 */
export interface Relation {
  rel: 'runs_image' | 'assumes_role' | 'exposes' | 'owns';
  /** An asset's id; an image reference for `runs_image`. */
  to: string;
}

/** A scan finished (or failed). Only a complete scan may close by absence, and only within its scope. */
export interface ScanObservation {
  kind: 'scan';
  detector: string;
  detectorClass: DetectorClass;
  scope: string;
  scanId: string;
  atMs: number;
  complete: boolean;
  /** Seconds until the next run, where the source says so. */
  intervalSeconds?: number;
  /** The artifact that it looked at, `sha256:…`. */
  digest?: string;
  /** How many assets the run listed. */
  assets?: number;
  /** True: findings of this scope that the run does not list have passed. */
  absenceCloses: boolean;
  error?: string;
}

/** Verdict of a CI or admission gate on a change. */
export interface GateObservation {
  kind: 'gate';
  repository: string;
  revision: string;
  gate: string;
  verdict: 'pass' | 'fail' | 'error' | 'skipped';
  enforced: boolean;
  overridden?: boolean;
  /** What it looks at (`iac`, `image`, `secret` …), and the rules it enforces, where the source says so. */
  gateType?: string;
  rules?: string[];
  durationSeconds?: number;
  atMs: number;
  runId?: string;
  links?: Link[];
}

/** An agent is alive, or lost events. */
export interface HeartbeatObservation {
  kind: 'heartbeat';
  agent: string;
  node: string;
  atMs: number;
  /** Seconds until the next one, where the agent says so. */
  intervalSeconds?: number;
  /** Events lost and events seen since the heartbeat before. */
  dropped?: number;
  received?: number;
}

/** An artifact has an SBOM. */
export interface SbomObservation {
  kind: 'sbom';
  /** `sha256:…` of the artifact the SBOM describes; absent when the document names only a tag. */
  digest?: string;
  subject: string;
  spec: 'cyclonedx' | 'spdx';
  components: number;
  /** True: it came in a signed envelope, or carries a signature. Nobody has checked here whether that is good. */
  signed?: boolean;
  /** True: it has the minimum elements of ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom. */
  minimal?: boolean;
  atMs: number;
}

/** An audited, authenticated or network event that is context only: kept as evidence count, never as a fact. */
export interface ActivityObservation {
  kind: 'activity';
  action: string;
  atMs: number;
  actor?: Actor;
  asset?: AssetRef;
}

export type Observation =
  | FindingObservation
  | ChangeObservation
  | AssetObservation
  | ScanObservation
  | GateObservation
  | HeartbeatObservation
  | SbomObservation
  | ActivityObservation;

import type {
  AssetJson,
  ChangeJson,
  ControlJson,
  EvidenceJson,
  ExplainPage,
  FindingJson,
  FrameworkJson,
  IncidentJson,
  IncidentStepJson,
  LabelsJson,
  Page,
  PosturePointJson,
  ScopeJson,
  SeriesPoint,
  SliReport,
  SourceJson,
} from '../api.ts';
import type { Asset } from './asset.ts';
import type { Declaration, ExercisePlan } from './declaration.ts';
import type { Episode, Finding } from './episode.ts';
import type { PersonInput } from './fact.ts';
import type { Actor, ChangeObservation, Severity } from './observation.ts';

/** Milliseconds since the epoch, UTC. Passed in wherever time is needed, so that tests can choose it. */
export type NowMs = () => number;

export type Signal = 'logs' | 'traces' | 'metrics';

/** Bytes as a transport received them (already decompressed), with all it knows about them. */
export interface Delivery {
  transport: 'otlp_grpc' | 'otlp_http' | 'kafka' | 'import';
  /** `native`: one document or several of a tool's own format (JSON, NDJSON, array, text …), to be peeled. */
  encoding: 'otlp_proto' | 'otlp_json' | 'native';
  signal: Signal;
  bytes: Uint8Array;
  receivedMs: number;
  /** Lower-case names: message headers, content-type, file path as `path`. */
  headers?: Readonly<Record<string, string>>;
  /** The event time that the transport itself gives, e.g. the Kafka record's timestamp. */
  recordTimeMs?: number;
  /** Declared backfill (`import`). Otherwise decided by the age of the events. */
  backfill?: boolean;
  /** Kafka: stored in the same transaction as the effects. `next` is the offset to resume from. */
  offset?: { topic: string; partition: number; next: string };
}

/**
 * accepted: durable; `rejected` records were refused for good (`message` says why, first reason first).
 * accepted: durable; `times` are those of the earliest and latest event of a native delivery that was understood.
 * invalid: the bytes cannot be decoded at all (gRPC INVALID_ARGUMENT, HTTP 400, dead letter); `code` is stable.
 * retryable: not taken, try again after `retryAfterMs` (gRPC UNAVAILABLE with RetryInfo, HTTP 503 with Retry-After).
 */
export type IntakeResult =
  | {
      status: 'accepted';
      records: number;
      rejected: number;
      message?: string;
      times?: { firstMs: number; lastMs: number };
    }
  | { status: 'invalid'; code: string; message: string }
  | { status: 'retryable'; code: string; retryAfterMs: number };

/** Where receivers hand over what they got. Resolves after the effects are durable. Never rejects. */
export interface Intake {
  accept(delivery: Delivery): Promise<IntakeResult>;
  /** The Kafka offset to resume from, as stored with the last effects; null when none is. */
  storedOffset(topic: string, partition: number): string | null;
}

/** A part that is started and stopped with the process. `stop` finishes what was accepted and is idempotent. */
export interface Component {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Label filters of the API; absent means all. */
export interface SliFilter {
  tenant?: string;
  team?: string;
  environment?: string;
  severity?: Severity;
  criticality?: string;
  provider?: string;
  detector_class?: string;
  /** The tool, such as `prowler`. */
  detector?: string;
}

export interface SliQuery {
  /** `28d`, `7d`, `1h` …; the definition's default when absent. */
  window?: string;
  /** What was known then (epoch ms); now when absent. */
  asOfMs?: number;
  /** Where the window ends (epoch ms), whatever has been learnt since; `asOfMs` when absent. */
  untilMs?: number;
  filter?: SliFilter;
}

/** The one place where SLI values come from: API, `/metrics`, CLI and dashboards all ask here. */
export interface SliReader {
  list(query?: SliQuery): SliReport[];
  /** null: no such SLI. */
  get(id: string, query?: SliQuery): SliReport | null;
  /** Oldest first; each point is computed when it is read. null: no such SLI. */
  series(id: string, query: SliQuery & { stepSeconds?: number }): Iterable<SeriesPoint> | null;
  /** `cursor` as returned; throws RangeError for one that is not ours. */
  explain(id: string, query: SliQuery & { cursor?: string; limit?: number; role?: string }): ExplainPage | null;
}

/** A step in an episode's life that just became known, in ledger order. Emitted after the commit that made it so. */
export interface Transition {
  at:
    | 'detected'
    | 'alerted'
    | 'acknowledged'
    | 'remediated'
    | 'verified'
    | 'closed'
    | 'reopened'
    | 'suspended'
    | 'restated';
  atMs: number;
  episode: Episode;
  finding: Finding;
  asset: Asset | undefined;
  change: ChangeObservation | undefined;
}

/** Commits announce what changed; a slow or failing listener never holds back intake. */
export interface TransitionFeed {
  subscribe(listener: (transitions: readonly Transition[]) => void): () => void;
}

/** People's and channels' inputs become facts here. */
export interface InputSink {
  /** `unknown_subject`: no finding, episode or incident has that id. Durable when it resolves. */
  record(
    input: PersonInput,
    tenant: string,
  ): Promise<{ status: 'accepted'; factId: string } | { status: 'unknown_subject' }>;
}

/** Declared incidents and planned exercises become facts here; they need no subject. */
export interface DeclarationSink {
  /** Durable when it resolves. Answers the fact's id. */
  declare(declaration: Declaration, tenant: string): Promise<string>;
}

export interface ListQuery extends SliFilter {
  /** As returned in `next_cursor`; RangeError for one that is not ours. */
  cursor?: string;
  /** 1..500, 100 when absent. */
  limit?: number;
  /** Findings: `open`, `closed` or an episode state. Incidents: their state. */
  state?: string;
  /** Findings and changes of one asset. */
  asset?: string;
  /** Findings: `risk` is decision first, score second; by severity when absent. */
  sort?: 'risk' | 'severity';
  /** Findings of one detector. */
  detector?: string;
}

/** A moment of the inventory. Absent: now. */
export interface AssetAt {
  /** By what was known then (epoch ms). */
  asOfMs?: number;
  /** What was true then (epoch ms). */
  validMs?: number;
}

/** What lists and detail pages show; the API's shapes, straight from the read models. */
export interface EstateReader {
  findings(query: ListQuery): Page<FindingJson>;
  /** Accepts a finding id or an episode id. */
  finding(id: string): FindingJson | null;
  /** `state`: `present` or `deleted`. */
  assets(query: ListQuery & AssetAt): Page<AssetJson>;
  /** null: nothing said by then that there was such an asset. */
  asset(id: string, at?: AssetAt): AssetJson | null;
  /** What there is to filter by. */
  labels(query: Pick<ListQuery, 'tenant'>): LabelsJson;
  changes(query: ListQuery): Page<ChangeJson>;
  incidents(query: ListQuery): Page<IncidentJson>;
  /** Takes the id of any of its members; answers the incident's own. */
  incident(id: string): IncidentJson | null;
  /** What happened, by time; empty where there is no such incident. */
  incidentChain(id: string): IncidentStepJson[];
  sources(): SourceJson[];
  /** What scans and inventories see of each scope; failing ones first. */
  scopes(query: ListQuery): Page<ScopeJson>;
  /** Not ready: cannot commit (disk full, store closed); `reason` is for people. */
  readiness(): { ready: boolean; reason: string | null };
}

export interface ComplianceQuery extends AssetAt {
  filter?: SliFilter;
  account?: string;
}

/** Posture against the frameworks that tools report. */
export interface CompliancePort {
  /** One row a framework, or one for each account or team of it. */
  frameworks(query: ComplianceQuery & { by?: 'account' | 'team' }): FrameworkJson[];
  /** Empty where nothing reports the framework. */
  controls(framework: string, query: ComplianceQuery): ControlJson[];
  series(framework: string, query: ComplianceQuery & { windowMs: number; stepMs: number }): PosturePointJson[];
  /** `cursor` as returned; throws RangeError for one that is not ours. */
  evidence(
    framework: string,
    control: string,
    query: ComplianceQuery & { cursor?: string; limit?: number },
  ): Page<EvidenceJson>;
}

/** A planned exercise and what has been detected of it so far. Times epoch ms. */
export interface ExerciseView {
  id: string;
  atMs: number;
  withinSeconds: number;
  /** Nothing that is detected from now on counts. */
  isOver: boolean;
  techniques: { technique: string; detectedMs: number | null; findingId: string | null }[];
}

export interface ExercisePort {
  /** Durable when it resolves. An id that is planned already keeps its plan. */
  plan(plan: Omit<ExercisePlan, 'kind' | 'actor'>, actor: Actor, tenant: string): Promise<void>;
  /** null: no exercise of that tenant has the id. */
  get(id: string, tenant: string): ExerciseView | null;
}

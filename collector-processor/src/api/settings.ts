import type {
  Actor,
  CompliancePort,
  DeclarationSink,
  EstateReader,
  ExercisePort,
  InputSink,
  Intake,
  Json,
  NowMs,
  PersonInput,
  SliReader,
  TransitionFeed,
} from '@cnapp-slo/model';
import type { ApiConfig } from './config.ts';
import type { PolicyPort } from './policies.ts';
import type { ReleasePort } from './releases.ts';
import type { SamplingPort } from './sampling.ts';

/** What the API is built from: the ports, the clock, and where it tells about itself. */
export interface ApiSettings {
  config: ApiConfig;
  slis: SliReader;
  estate: EstateReader;
  inputs: InputSink;
  intake: Pick<Intake, 'accept'>;
  feed: TransitionFeed;
  now: NowMs;
  /** Reads a webhook's body into inputs; null: the body is not Alertmanager's. */
  parseAlertmanagerWebhook: (body: Json, receivedMs: number) => PersonInput[] | null;
  /** Takes what an outside service sends, by the service's name. Unset: none is known. */
  hooks?: (
    service: string,
    call: { headers: Readonly<Record<string, string | undefined>>; raw: string },
  ) => Promise<{ status: number; code: string }>;
  /** Declared incidents. Unset: none can be declared. */
  declarations?: DeclarationSink;
  /** Detection exercises. Unset: none can be planned. */
  exercises?: ExercisePort;
  /** Overrides of the gate and maintenance windows. Unset: none are kept. */
  releases?: ReleasePort;
  /** Plans that wait for a second person. Unset: none can be made. */
  plans?: PlanPort;
  /** The actor behind a Grafana login. Unset: the login itself. */
  nameOf?: (login: string) => string;
  /** Markdown by id, `posture`. Unset: none are shown. */
  runbooks?: ReadonlyMap<string, string>;
  /** What people are told. Unset: the pages show the read models alone. */
  notices?: NoticePort;
  /** Policies in force. Unset: the API knows none. */
  policies?: PolicyPort;
  /** Sampling tiers. Unset: there are none. */
  sampling?: SamplingPort;
  /** Posture against frameworks. Unset: none is kept. */
  compliance?: CompliancePort;
  telemetry: ApiTelemetry;
  log: ApiLog;
}

/** What a person on call needs of an incident: name and value of each fact, in order of reading. */
export interface Briefing {
  facts: (readonly [name: string, value: string])[];
  nextCommand: string | null;
  links: { title: string; href: string }[];
  /** Parts that could not be gathered, by name. */
  missing: string[];
}

export interface NoticePort {
  /** Null: there is no such incident. */
  briefing(incidentId: string): Briefing | null;
  /** The incidents of an alert group; null: there is no such group. */
  group(id: string): readonly string[] | null;
}

/** A plan on its way through people's hands. Times epoch ms; what a plan is, `notification/approvals` says. */
export interface PlanView {
  id: string;
  plan: {
    kind: string;
    subjectId: string;
    tenant: string;
    team: string;
    difference: string;
    blastRadius: string;
    parameters: Record<string, string>;
  };
  digest: string;
  nonce: string;
  requester: Actor;
  requestedMs: number;
  expiresMs: number;
  state: string;
  reason: string | null;
  decidedBy: Actor | null;
  href: string | null;
}

type PlanOutcome = { status: 'ok'; record: PlanView } | { status: 'refused'; http: number; code: string };

export interface PlanPort {
  /** Whether something carries out plans of this kind. */
  offers(kind: 'accept_risk' | 'propose_fix'): boolean;
  get(id: string): PlanView | null;
  list(): PlanView[];
  request(
    ask: { kind: 'accept_risk' | 'propose_fix'; subjectId: string; parameters: Record<string, string> },
    requester: Actor,
  ): PlanOutcome;
  decide(
    id: string,
    answer: { decision: 'approve' | 'deny'; digest: string; nonce: string },
    approver: Actor,
  ): Promise<PlanOutcome>;
}

export interface ApiTelemetry {
  /** `route` is the pattern, never the path, so that its values stay few. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** A client of the stream went: `closed` by itself, `slow` or `stopping` by us. */
  streamEnded(reason: 'closed' | 'slow' | 'stopping'): void;
}

/** Rare events only; never one a request. */
export interface ApiLog {
  error(message: string, fields?: Readonly<Record<string, string | number>>): void;
}

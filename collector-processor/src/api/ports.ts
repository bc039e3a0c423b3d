import type {
  Actor,
  GateOverride,
  Maintenance,
  MaintenanceView,
  OverrideView,
  PolicyEvaluationJson,
  PolicyJson,
  SliFilter,
  SliId,
} from '@cnapp-slo/model';

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

/** The policies in force, and what they were asked. */
export interface PolicyPort {
  list(): PolicyJson[];
  /** Why the files as they are now are not in force; null when they are. */
  readonly refusal: string | null;
  /** The latest first. */
  evaluations(policy: string | undefined, limit: number): PolicyEvaluationJson[];
}

/** What people say about releases, and whether a burn pages. Views as in `reporting/releases.ts`; times epoch ms. */
export interface ReleasePort {
  /** Durable when it resolves. */
  tell(step: GateOverride | Maintenance, tenant: string): Promise<void>;
  /** Latest first. */
  overrides(tenant: string): OverrideView[];
  maintenance(tenant: string): MaintenanceView[];
  /** Null where that is not known. */
  isPaging(id: SliId, filter: SliFilter): boolean | null;
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

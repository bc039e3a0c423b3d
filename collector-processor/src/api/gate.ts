import { decideGate, type Override, strictest } from '@cnapp-slo/alert-rules/gate';
import type { GateJson, NowMs, SliFilter, SliId, SliReport } from '@cnapp-slo/model';
import { DEFAULT_TENANT } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { applyPolicies } from './policies.ts';
import type { ReleasePort } from './ports.ts';
import { type FilterParams, given, querySchema, toSliQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** The SLIs that say how unsafe what runs is; the others speak of the programme, not of a release. */
const gatedSlis: readonly string[] = ['mttd-config', 'mttr', 'drift-rate', 'incident-burn'];
const VALID_MS = 15 * 60_000;

/** What the answer depends on besides the budgets. */
export interface GateQuestion {
  changeKind: string | null;
  override: Override | null;
  /** Null: not known, and then the burn rates decide. */
  isPaging: (id: SliId) => boolean | null;
  /** Who works on it until when (epoch ms); null: nobody does. */
  maintenance: (id: SliId) => { owner: string; toMs: number } | null;
  nowMs: number;
}

/** The error-budget policy (SLI-DEFINITIONS 10) over every gated budget: the strictest answer holds. */
export function answerGate(reports: readonly SliReport[], question: GateQuestion): GateJson {
  const { changeKind, override, nowMs } = question;
  const gated = reports.filter((report) => gatedSlis.includes(report.id) && report.objective !== null);
  const decisions = gated.map(({ id, budget, status, reason, coverage }) => {
    const work = question.maintenance(id);
    const isPaging = work === null ? question.isPaging(id) : false;
    const { remaining: budgetRemaining, burn } = budget;
    const decided = decideGate({
      ...{ budgetRemaining, burn, isPaging, status, reason, coverage },
      ...{ changeKind, override, nowMs },
    });
    if (work === null) return { id, ...decided };
    const until = new Date(work.toMs).toISOString();
    const reasons = [...decided.reasons, `maintenance by ${work.owner} until ${until}: a fast burn is expected`];
    return { id, ...decided, decision: decided.decision === 'allow' ? ('warn' as const) : decided.decision, reasons };
  });
  const answer = strictest(decisions);
  if (answer) {
    const { overridden, ...gate } = answer;
    return gate;
  }
  return {
    decision: 'warn',
    reasons: ['no SLI with a budget is known'],
    budget_remaining: null,
    burn: { '1h': null, '6h': null, '1d': null, '3d': null },
    expires_at: new Date(nowMs + VALID_MS).toISOString(),
  };
}

interface GateParams extends FilterParams {
  service?: string;
  change_kind?: string;
}

/** `/gate`. Budgets are kept per environment; a service is judged by its environment's budgets, and the reasons say so. */
export function addGateRoutes(
  app: FastifyInstance,
  {
    slis,
    estate,
    policies,
    releases,
    now,
  }: Pick<ApiSettings, 'slis' | 'estate' | 'policies' | 'releases'> & { now: NowMs },
): void {
  const label = { type: 'string', maxLength: 200 };
  app.get<{ Querystring: GateParams }>(
    '/gate',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['gate'],
        summary: 'May this change go out?',
        querystring: querySchema({ service: label, environment: label, change_kind: label, tenant: label }),
        response: answers('Gate'),
      },
    },
    ({ query, caller }) => {
      const { service, change_kind, ...params } = query;
      const sliQuery = toSliQuery(params, caller, now);
      const filter = sliQuery.filter ?? {};
      const changeKind = given(change_kind) ?? null;
      const gate = answerGate(slis.list(sliQuery), {
        changeKind,
        nowMs: now(),
        ...releaseOf(releases, filter, given(service) ?? null, changeKind),
      });
      const held = { estate, policies, filter, service: given(service) ?? null };
      applyPolicies(gate, held, releaseOf(releases, filter, held.service, changeKind).override !== null);
      if (given(service)) gate.reasons.push('budgets are kept per environment, not per service');
      return gate;
    },
  );
}

/** What people have said that is in force now, for exactly this question. */
function releaseOf(
  releases: ReleasePort | undefined,
  filter: SliFilter,
  service: string | null,
  changeKind: string | null,
): Pick<GateQuestion, 'override' | 'isPaging' | 'maintenance'> {
  if (!releases) return { override: null, isPaging: () => null, maintenance: () => null };
  const tenant = filter.tenant ?? DEFAULT_TENANT;
  const environment = filter.environment ?? null;
  const fits = (wanted: string | null, asked: string | null) => wanted === null || wanted === asked;
  const granted = releases
    .overrides(tenant)
    .find(
      (one) =>
        one.state === 'in_force' &&
        fits(one.service, service) &&
        fits(one.environment, environment) &&
        fits(one.changeKind, changeKind),
    );
  const windows = releases.maintenance(tenant).filter(({ state }) => state === 'in_force');
  const { reason = '', requestedBy, approvedBy, approvedMs } = granted ?? {};
  return {
    override:
      requestedBy && approvedBy && approvedMs
        ? { reason, requestedBy: requestedBy.id, approvedBy: approvedBy.id, atMs: approvedMs }
        : null,
    isPaging: (id) => releases.isPaging(id, filter),
    maintenance: (id) => windows.find(({ slis }) => slis === null || slis.includes(id)) ?? null,
  };
}

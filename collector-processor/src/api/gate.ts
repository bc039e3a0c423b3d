import type { BurnRates, GateJson, NowMs, SliReport } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { type FilterParams, given, querySchema, toSliQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** The SLIs that say how unsafe what runs is; the others speak of the programme, not of a release. */
const gatedSlis: readonly string[] = ['mttd-config', 'mttr', 'drift-rate', 'incident-burn'];
/** Changes that make things safer pass even when nothing is left. */
const healingKinds: readonly string[] = ['security_fix', 'rollback'];
const riskyKinds: readonly string[] = ['infrastructure', 'iam', 'network', 'data'];
/** 2 % of a 28 d budget in one hour (SLI-DEFINITIONS 10). */
const fastBurn = 13.44;
const warnBelow = 0.5;
/** How long an answer may be acted upon. */
const validMs = 15 * 60_000;

/**
 * The error-budget policy (SLI-DEFINITIONS 10): the tightest budget decides. Exhausted blocks all but fixes and rollbacks, fast burn
 * blocks risky kinds, half gone warns; what is not known warns and never blocks.
 */
export function decideGate(reports: readonly SliReport[], changeKind: string | undefined, nowMs: number): GateJson {
  const gated = reports.filter((report) => gatedSlis.includes(report.id) && report.objective !== null);
  const reasons: string[] = [];
  let decision: GateJson['decision'] = 'allow';
  let tightest: SliReport | undefined;
  const warn = (reason: string) => {
    reasons.push(reason);
    if (decision === 'allow') decision = 'warn';
  };
  const block = (reason: string) => {
    if (changeKind !== undefined && healingKinds.includes(changeKind)) return warn(`${reason}; ${changeKind} may pass`);
    reasons.push(reason);
    decision = 'block';
  };

  if (gated.length === 0) warn('no SLI with a budget is known');
  for (const report of gated) {
    const { remaining, burn } = report.budget;
    if (remaining === null || report.status === 'no_data' || report.status === 'insufficient') {
      warn(`${report.id}: not enough data${report.reason ? ` (${report.reason})` : ''}`);
      continue;
    }
    if (remaining < (tightest?.budget.remaining ?? Number.POSITIVE_INFINITY)) tightest = report;
    if (remaining <= 0) block(`${report.id}: the error budget is used up`);
    else if (remaining <= warnBelow) warn(`${report.id}: ${Math.floor(remaining * 100)} % of the error budget is left`);
    if ((burn['1h'] ?? 0) >= fastBurn) {
      const reason = `${report.id}: the budget burns ${burn['1h']?.toFixed(1)} times too fast`;
      if (changeKind !== undefined && riskyKinds.includes(changeKind)) block(reason);
      else warn(reason);
    }
  }
  return {
    decision,
    reasons,
    budget_remaining: tightest?.budget.remaining ?? null,
    burn: tightest?.budget.burn ?? unknownBurn,
    expires_at: new Date(nowMs + validMs).toISOString(),
  };
}

const unknownBurn: BurnRates = { '1h': null, '6h': null, '1d': null, '3d': null };

interface GateParams extends FilterParams {
  service?: string;
  change_kind?: string;
}

/** `/gate`. Budgets are kept per environment; a service is judged by its environment's budgets, and the reasons say so. */
export function addGateRoutes(app: FastifyInstance, { slis, now }: { slis: ApiSettings['slis']; now: NowMs }): void {
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
      const { service, change_kind, ...filter } = query;
      const gate = decideGate(slis.list(toSliQuery(filter, caller, now)), given(change_kind), now());
      if (given(service)) gate.reasons.push('budgets are kept per environment, not per service');
      return gate;
    },
  );
}

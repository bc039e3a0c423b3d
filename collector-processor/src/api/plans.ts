import type { Actor } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import type { PlanPort, PlanView } from './ports.ts';
import { ApiProblem, notFound } from './problem.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import { anonymous, type Caller } from './tokens.ts';

interface AcceptanceBody {
  subject_id: string;
  reason: string;
  expires_at: string;
  policy?: 'resume' | 'restart';
}

interface DecisionBody {
  decision: 'approve' | 'deny';
  digest: string;
  nonce: string;
}

const text = { type: 'string', minLength: 1, maxLength: 500 };
const body = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

/**
 * `POST /acceptances` and `/fixes` ask for something that takes a second person, `/plans` shows what was asked, and
 * `POST /plans/{id}/decision` answers it. Who asks and who approves are identities that a token proves: without tokens
 * nobody can be told from anybody, and nothing can be asked.
 */
export function addPlanRoutes(app: FastifyInstance, settings: Pick<ApiSettings, 'plans' | 'estate'>): void {
  app.post<{ Body: AcceptanceBody }>(
    '/acceptances',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['plans'],
        summary: 'Ask that a risk be accepted for a time, 90 days at most',
        body: body(['subject_id', 'reason', 'expires_at'], {
          subject_id: text,
          reason: { type: 'string', minLength: 1, maxLength: 2000 },
          expires_at: { type: 'string', description: 'RFC 3339' },
          policy: {
            type: 'string',
            enum: ['resume', 'restart'],
            description: 'what the clock does then; resume when absent',
          },
        }),
        response: answers('Plan', 202),
      },
    },
    async ({ body: asked, caller }, reply) => {
      const { reason, expires_at, policy = 'resume' } = asked;
      reply.code(202);
      return planJson(askForPlan(settings, caller, 'accept_risk', asked.subject_id, { reason, expires_at, policy }));
    },
  );

  app.post<{ Body: { subject_id: string } }>(
    '/fixes',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['plans'],
        summary: 'Ask for a pull request or issue with the fix',
        body: body(['subject_id'], { subject_id: text }),
        response: answers('Plan', 202),
      },
    },
    async ({ body: asked, caller }, reply) => {
      reply.code(202);
      return planJson(askForPlan(settings, caller, 'propose_fix', asked.subject_id, {}));
    },
  );

  app.get(
    '/plans',
    {
      config: { permission: 'read' },
      schema: { tags: ['plans'], summary: 'Plans, the latest first', response: answers('PlanPage') },
    },
    async ({ caller }) => {
      return { items: plansFor(settings, caller).map(planJson), next_cursor: null };
    },
  );

  app.post<{ Params: { id: string }; Body: DecisionBody }>(
    '/plans/:id/decision',
    {
      config: { permission: 'approve' },
      schema: {
        tags: ['plans'],
        summary: 'Approve or deny exactly this plan',
        body: body(['decision', 'digest', 'nonce'], {
          decision: { type: 'string', enum: ['approve', 'deny'] },
          digest: text,
          nonce: text,
        }),
        response: answers('Plan'),
      },
    },
    async ({ params, body: answer, caller }) => {
      return planJson(await decidePlan(settings, caller, params.id, answer));
    },
  );
}

type Plans = Pick<ApiSettings, 'plans' | 'estate'>;
const MAX_LISTED = 500;

/** Throws a problem when it was refused. */
export function askForPlan(
  { plans, estate }: Plans,
  caller: Caller,
  kind: 'accept_risk' | 'propose_fix',
  subjectId: string,
  parameters: Record<string, string>,
): PlanView {
  const finding = estate.finding(subjectId);
  if (!finding || !maySee(caller, finding.tenant)) {
    throw new ApiProblem(404, 'unknown_subject', `nothing has the id "${subjectId}"`);
  }
  return taken(known(plans).request({ kind, subjectId, parameters }, identityOf(caller)));
}

/** The latest first. */
export function plansFor({ plans }: Plans, caller: Caller): PlanView[] {
  return known(plans)
    .list()
    .filter(({ plan }) => maySee(caller, plan.tenant))
    .slice(0, MAX_LISTED);
}

export function planFor({ plans }: Plans, caller: Caller, id: string): PlanView {
  const plan = known(plans).get(id);
  if (!plan || !maySee(caller, plan.plan.tenant)) throw notFound('plan', id);
  return plan;
}

/** Throws a problem when it was refused. */
export async function decidePlan(settings: Plans, caller: Caller, id: string, answer: DecisionBody): Promise<PlanView> {
  planFor(settings, caller, id);
  return taken(await known(settings.plans).decide(id, answer, identityOf(caller)));
}

function known(plans: PlanPort | undefined): PlanPort {
  if (!plans) throw new ApiProblem(404, 'not_configured', 'no plans are kept here');
  return plans;
}

function identityOf(caller: Caller): Actor {
  if (caller === anonymous) throw new ApiProblem(403, 'identity_needed', 'plans need tokens: nobody is known without');
  return { id: caller.name, kind: caller.kind };
}

function taken(outcome: ReturnType<PlanPort['request']>): PlanView {
  if (outcome.status === 'ok') return outcome.record;
  throw new ApiProblem(outcome.http, outcome.code, `refused: ${outcome.code}`);
}

function planJson({
  plan,
  requester,
  requestedMs,
  expiresMs,
  decidedBy,
  ...record
}: PlanView): Record<string, unknown> {
  const { subjectId, blastRadius, ...rest } = plan;
  return {
    ...rest,
    ...record,
    subject_id: subjectId,
    blast_radius: blastRadius,
    requester: requester.id,
    requested_at: new Date(requestedMs).toISOString(),
    expires_at: new Date(expiresMs).toISOString(),
    decided_by: decidedBy?.id ?? null,
  };
}

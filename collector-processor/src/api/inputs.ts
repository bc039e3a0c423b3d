import type { ActionInput, Actor, PersonInput, VerdictLabel } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import { ApiProblem } from './problem.ts';
import { instant } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import { anonymous, type Caller } from './tokens.ts';

interface InputBody {
  subject_id: string;
  actor?: string;
  at?: string;
}
interface VerdictBody extends InputBody {
  verdict: VerdictLabel;
  reason?: string;
}

const inputProperties = {
  subject_id: { type: 'string', minLength: 1, maxLength: 500, description: 'a finding, an episode or an incident' },
  actor: {
    type: 'string',
    maxLength: 200,
    description: 'taken only where no tokens are configured; else the token’s name',
  },
  at: { type: 'string', description: 'RFC 3339; now when absent' },
};
const body = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  required: ['subject_id', ...required],
  properties: { ...inputProperties, ...properties },
  additionalProperties: false,
});

type Settings = Pick<ApiSettings, 'inputs' | 'estate' | 'now'>;

/** `POST /acknowledgements`, `/verdicts`: what people say, as facts. */
export function addInputRoutes(app: FastifyInstance, settings: Settings): void {
  const config = { permission: 'write' } as const;
  const atMs = ({ at }: InputBody) => (at === undefined ? settings.now() : instant('at', at, settings.now));

  app.post<{ Body: InputBody }>(
    '/acknowledgements',
    {
      config,
      schema: {
        tags: ['inputs'],
        summary: 'Somebody took it on',
        body: body([], {}),
        response: answers('Acknowledgement', 201),
      },
    },
    async (request, reply) => {
      const { subject_id: subjectId } = request.body;
      const actor = actorOf(request.caller, request.body.actor);
      const at = atMs(request.body);
      const input: PersonInput = { kind: 'acknowledgement', subjectId, actor, channel: 'api', atMs: at };
      const factId = await record(settings, request.caller, input);
      reply.code(201);
      return { fact_id: factId, subject_id: subjectId, actor: actor.id, at: new Date(at).toISOString() };
    },
  );

  app.post<{ Body: VerdictBody }>(
    '/verdicts',
    {
      config,
      schema: {
        tags: ['inputs'],
        summary: 'True or false positive',
        body: body(['verdict'], {
          verdict: { type: 'string', enum: ['tp', 'fp', 'btp', 'duplicate', 'unknown'] },
          reason: { type: 'string', maxLength: 2000 },
        }),
        response: answers('Verdict', 201),
      },
    },
    async (request, reply) => {
      const { subject_id: subjectId, verdict, reason } = request.body;
      const actor = actorOf(request.caller, request.body.actor);
      const at = atMs(request.body);
      const input: PersonInput = {
        kind: 'verdict',
        subjectId,
        verdict,
        actor,
        atMs: at,
        ...(reason ? { reason } : {}),
      };
      const factId = await record(settings, request.caller, input);
      reply.code(201);
      return {
        fact_id: factId,
        subject_id: subjectId,
        verdict,
        reason: reason ?? null,
        actor: actor.id,
        at: new Date(at).toISOString(),
      };
    },
  );
}

/** `POST /assignments`: who is to deal with it. */
export function addAssignmentRoute(app: FastifyInstance, settings: Settings): void {
  app.post<{ Body: InputBody & { assignee: string } }>(
    '/assignments',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['inputs'],
        summary: 'Who is to deal with it',
        body: body(['assignee'], {
          assignee: { type: 'string', minLength: 1, maxLength: 200, description: 'a person or a team' },
        }),
        response: answers('Assignment', 201),
      },
    },
    async (request, reply) => {
      const { subject_id: subjectId, assignee, at } = request.body;
      const actor = actorOf(request.caller, request.body.actor);
      const atMs = at === undefined ? settings.now() : instant('at', at, settings.now);
      const input: PersonInput = { kind: 'assignment', subjectId, assignee, actor, atMs };
      const factId = await record(settings, request.caller, input);
      reply.code(201);
      return { fact_id: factId, subject_id: subjectId, assignee, actor: actor.id, at: new Date(atMs).toISOString() };
    },
  );
}

interface ActionBody extends InputBody {
  action: ActionInput['action'];
  tier?: NonNullable<ActionInput['tier']>;
  attempt_id?: string;
  cause?: NonNullable<ActionInput['cause']>;
  change_id?: string;
}

/** `POST /actions`: what people and automation did about it, each step as it happened. A fix is a claim until its detector passes. */
export function addActionRoute(app: FastifyInstance, settings: Settings): void {
  const id = { type: 'string', minLength: 1, maxLength: 200 };
  app.post<{ Body: ActionBody }>(
    '/actions',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['inputs'],
        summary: 'A step of a remediation',
        body: body(['action'], {
          action: {
            type: 'string',
            enum: ['started', 'remediated', 'contained', 'deleted_to_fix', 'failed', 'reverted', 'denied'],
          },
          tier: { type: 'string', enum: ['T1', 'T2', 'T3'] },
          attempt_id: { ...id, description: 'joins the steps of one attempt' },
          cause: { type: 'string', enum: ['permission', 'conflict', 'timeout', 'verify_failed'] },
          change_id: { ...id, description: 'the change that the step made' },
        }),
        response: answers('Action', 201),
      },
    },
    async (request, reply) => {
      const { subject_id: subjectId, action, tier, attempt_id, cause, change_id, at } = request.body;
      const actor = actorOf(request.caller, request.body.actor);
      const atMs = at === undefined ? settings.now() : instant('at', at, settings.now);
      const input: PersonInput = {
        kind: 'action',
        subjectId,
        action,
        actor,
        atMs,
        ...(tier && { tier }),
        ...(attempt_id && { attemptId: attempt_id }),
        ...(cause && { cause }),
        ...(change_id && { changeId: change_id }),
      };
      const factId = await record(settings, request.caller, input);
      reply.code(201);
      return { fact_id: factId, subject_id: subjectId, action, actor: actor.id, at: new Date(atMs).toISOString() };
    },
  );
}

/** The token's name wherever there is one: nobody speaks for somebody else. */
export function actorOf(caller: Caller, claimed: string | undefined): Actor {
  if (caller !== anonymous) return { id: caller.name, kind: caller.kind };
  return claimed ? { id: claimed, kind: 'human' } : { id: caller.name, kind: caller.kind };
}

async function record(settings: Settings, caller: Caller, input: PersonInput): Promise<string> {
  const result = await recordInput(settings, caller, input);
  if (result === null) throw new ApiProblem(404, 'unknown_subject', `nothing has the id "${input.subjectId}"`);
  return result;
}

/** Records the input under its subject's tenant; null when the caller may see no such subject. Answers the fact's id. */
export async function recordInput(
  { inputs, estate }: Pick<ApiSettings, 'inputs' | 'estate'>,
  caller: Caller,
  input: PersonInput,
): Promise<string | null> {
  const tenant = (estate.finding(input.subjectId) ?? estate.incident(input.subjectId))?.tenant;
  if (tenant === undefined || !maySee(caller, tenant)) return null;
  const result = await inputs.record(input, tenant);
  return result.status === 'accepted' ? result.factId : null;
}

import type { PersonInput, VerdictLabel } from '@cnapp-slo/model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maySee } from '../auth.ts';
import { findingFor } from '../findings.ts';
import { incidentFor } from '../incidents.ts';
import { actorOf, recordInput } from '../inputs.ts';
import { askForPlan, decidePlan } from '../plans.ts';
import { ApiProblem, notFound } from '../problem.ts';
import type { ApiSettings } from '../settings.ts';
import type { Caller } from '../tokens.ts';
import type { FormTokens } from './form-token.ts';
import { path } from './html.ts';

type Form = Record<string, string>;
type Settings = Pick<ApiSettings, 'inputs' | 'estate' | 'plans' | 'notices' | 'now'>;
type FormRequest = FastifyRequest<{ Params: { id: string }; Body: Form | undefined }>;

const VERDICTS: readonly string[] = ['tp', 'fp', 'btp', 'duplicate'] satisfies VerdictLabel[];
const MAX_FORM_BYTES = 16 * 1024;
const MAX_TEXT = 2000;

/**
 * What the forms of the pages post. The actor is who is signed in; the browser sends that by itself, so that every form
 * proves that a page of ours was its source.
 */
export async function addAnswerRoutes(app: FastifyInstance, settings: Settings, tokens: FormTokens): Promise<void> {
  const { estate, notices } = settings;
  await app.register(async (forms) => {
    forms.removeAllContentTypeParsers();
    forms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    forms.addHook<{ Body: Form | undefined }>('preHandler', async (request) => {
      tokens.check(request, request.body?.token);
    });
    const config = { permission: 'write', form: true } as const;

    forms.post('/incidents/:id/answers', { config }, async (request: FormRequest, reply) => {
      const incident = incidentFor(estate, request.caller, request.params.id);
      return answer(settings, request, reply, [incident.id], incident.episode_ids[0], path('incidents', incident.id));
    });

    forms.post('/findings/:id/answers', { config }, async (request: FormRequest, reply) => {
      const { id } = findingFor(estate, request.caller, request.params.id);
      return answer(settings, request, reply, [id], id, path('findings', id));
    });

    forms.post('/groups/:id/answers', { config }, async (request: FormRequest, reply) => {
      const { id } = request.params;
      const visible = (notices?.group(id) ?? []).filter((one) => {
        const incident = estate.incident(one);
        return incident && maySee(request.caller, incident.tenant);
      });
      if (visible.length === 0) throw notFound('alert group', id);
      return answer(settings, request, reply, visible, undefined, path('groups', id));
    });

    forms.post(
      '/plans/:id/decision',
      { config: { permission: 'approve', form: true } },
      async (request: FormRequest, reply) => {
        const { decision, digest = '', nonce = '' } = request.body ?? {};
        if (decision !== 'approve' && decision !== 'deny') throw unknownAnswer(decision);
        await decidePlan(settings, request.caller, request.params.id, { decision, digest, nonce });
        return reply.redirect(path('plans', request.params.id), 303);
      },
    );
  });
}

/** Records the answer for each subject, and leads back to where it was given. `planned`: what a plan would be about. */
async function answer(
  settings: Settings,
  { caller, body = {} }: FormRequest,
  reply: FastifyReply,
  subjects: readonly string[],
  planned: string | undefined,
  back: string,
): Promise<FastifyReply> {
  const said = body.answer ?? '';
  if ((said === 'accept_risk' || said === 'propose_fix') && planned !== undefined) {
    const plan = askForPlan(settings, caller, said, planned, said === 'accept_risk' ? acceptanceOf(body) : {});
    return reply.redirect(path('plans', plan.id), 303);
  }
  const inputs = subjects.flatMap((subjectId) => inputsOf(said, body, subjectId, caller, settings.now()));
  const recorded = await Promise.all(inputs.map((input) => recordInput(settings, caller, input)));
  if (recorded.includes(null)) throw new ApiProblem(404, 'unknown_subject', 'what this answers is not there any more');
  return reply.redirect(`${back}?said=${said}`, 303);
}

function inputsOf(said: string, form: Form, subjectId: string, caller: Caller, atMs: number): PersonInput[] {
  const actor = actorOf(caller, undefined);
  const reason = form.reason?.trim().slice(0, MAX_TEXT);
  const acknowledged: PersonInput = { kind: 'acknowledgement', subjectId, actor, channel: 'pages', atMs };
  if (said === 'acknowledge') return [acknowledged];
  if (said === 'take') return [acknowledged, { kind: 'assignment', subjectId, assignee: actor.id, actor, atMs }];
  if (said === 'assign') {
    const assignee = form.assignee?.trim();
    if (!assignee || assignee.length > 200) throw new ApiProblem(400, 'invalid_body', 'nobody was named');
    return [{ kind: 'assignment', subjectId, assignee, actor, atMs }];
  }
  if (!VERDICTS.includes(said)) throw unknownAnswer(said);
  const verdict = said as VerdictLabel;
  return [{ kind: 'verdict', subjectId, verdict, actor, atMs, ...(reason && { reason }) }];
}

/** Until the end of the day that was chosen. */
function acceptanceOf({ reason = '', until = '' }: Form): Record<string, string> {
  if (reason.trim() === '') throw new ApiProblem(400, 'invalid_body', 'no reason was given');
  const expiresMs = Date.parse(`${until}T23:59:59Z`);
  if (Number.isNaN(expiresMs) || new Date(expiresMs).toISOString().slice(0, 10) !== until) {
    throw new ApiProblem(400, 'invalid_body', 'no day was given until which the risk is accepted');
  }
  return { reason: reason.trim(), expires_at: new Date(expiresMs).toISOString(), policy: 'resume' };
}

function unknownAnswer(said: string | undefined): ApiProblem {
  return new ApiProblem(400, 'unknown_answer', `"${said ?? ''}" is not an answer`);
}

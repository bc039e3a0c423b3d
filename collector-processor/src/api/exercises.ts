import type { ExercisePort, ExerciseView } from '@cnapp-slo/model';
import { DEFAULT_TENANT } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { actorOf } from './inputs.ts';
import { ApiProblem, notFound } from './problem.ts';
import { instant, querySchema } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Caller } from './tokens.ts';

interface ExerciseBody {
  exercise_id: string;
  techniques: string[];
  within_seconds?: number;
  at?: string;
  actor?: string;
}

const id = { type: 'string', pattern: '^[\\w.:-]{1,100}$' };
const tenantQuery = querySchema({ tenant: { type: 'string', maxLength: 200 } });

/** `POST /exercises` plans a detection exercise before its events are sent, `GET /exercises/{id}` says what was detected of it. */
export function addExerciseRoutes(app: FastifyInstance, settings: Pick<ApiSettings, 'exercises' | 'now'>): void {
  const exercisesOf = (): ExercisePort => {
    if (!settings.exercises) throw new ApiProblem(404, 'not_configured', 'no exercises are kept here');
    return settings.exercises;
  };
  const tenantOf = (caller: Caller, asked: string | undefined): string => tenantFor(caller, asked) ?? DEFAULT_TENANT;

  app.post<{ Body: ExerciseBody; Querystring: { tenant?: string } }>(
    '/exercises',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['exercises'],
        summary: 'Plan a detection exercise',
        querystring: tenantQuery,
        body: {
          type: 'object',
          required: ['exercise_id', 'techniques'],
          properties: {
            exercise_id: id,
            techniques: {
              type: 'array',
              minItems: 1,
              maxItems: 200,
              items: { type: 'string', pattern: '^T\\d{4}(\\.\\d{3})?$', description: 'MITRE ATT&CK technique' },
            },
            within_seconds: { type: 'integer', minimum: 1, maximum: 86_400, description: '900 when absent' },
            at: { type: 'string', description: 'RFC 3339, when the events are injected; now when absent' },
            actor: { type: 'string', maxLength: 200, description: 'taken only where no tokens are configured' },
          },
          additionalProperties: false,
        },
        response: answers('Exercise', 201),
      },
    },
    async ({ body, query, caller }, reply) => {
      const exercises = exercisesOf();
      const tenant = tenantOf(caller, query.tenant);
      const atMs = body.at === undefined ? settings.now() : instant('at', body.at, settings.now);
      const { exercise_id: exerciseId, techniques, within_seconds: detectWithinSeconds } = body;
      const plan = { exerciseId, techniques, atMs, ...(detectWithinSeconds !== undefined && { detectWithinSeconds }) };
      await exercises.plan(plan, actorOf(caller, body.actor), tenant);
      const planned = exercises.get(exerciseId, tenant);
      if (!planned) throw new Error(`exercise ${exerciseId} was not kept`);
      reply.code(201);
      return exerciseJson(planned);
    },
  );

  app.get<{ Params: { id: string }; Querystring: { tenant?: string } }>(
    '/exercises/:id',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['exercises'],
        summary: 'What was detected of an exercise',
        querystring: tenantQuery,
        response: answers('Exercise'),
      },
    },
    async ({ params, query, caller }) => {
      const exercise = exercisesOf().get(params.id, tenantOf(caller, query.tenant));
      if (!exercise) throw notFound('exercise', params.id);
      return exerciseJson(exercise);
    },
  );
}

function exerciseJson({ id: exerciseId, atMs, withinSeconds, isOver, techniques }: ExerciseView) {
  const detected = techniques.filter(({ detectedMs }) => detectedMs !== null).length;
  return {
    id: exerciseId,
    at: new Date(atMs).toISOString(),
    within_seconds: withinSeconds,
    over: isOver,
    recall: detected / techniques.length,
    techniques: techniques.map(({ technique, detectedMs, findingId }) => ({
      technique,
      detected_at: detectedMs === null ? null : new Date(detectedMs).toISOString(),
      seconds: detectedMs === null ? null : (detectedMs - atMs) / 1000,
      finding_id: findingId,
    })),
  };
}

import type { IncidentDeclaration } from '@cnapp-slo/model';
import { DEFAULT_TENANT } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { actorOf } from './inputs.ts';
import { ApiProblem } from './problem.ts';
import { instant, querySchema } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

interface DeclarationBody {
  incident_id: string;
  step: IncidentDeclaration['step'];
  title?: string;
  severity?: 'S1' | 'S2' | 'S3';
  detected_at?: string;
  detected_by?: 'us' | 'outsider';
  into?: string;
  subject_id?: string;
  at?: string;
  actor?: string;
}

const id = { type: 'string', minLength: 1, maxLength: 200 };
const time = { type: 'string', description: 'RFC 3339' };

/** `POST /incidents`: a step in the life of a declared incident, for the count budget of `incident-burn`. */
export function addDeclarationRoutes(app: FastifyInstance, settings: Pick<ApiSettings, 'declarations' | 'now'>): void {
  app.post<{ Body: DeclarationBody; Querystring: { tenant?: string } }>(
    '/incidents',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['inputs'],
        summary: 'Declare an incident, merge it into another, dismiss or close it',
        querystring: querySchema({ tenant: { type: 'string', maxLength: 200 } }),
        body: {
          type: 'object',
          required: ['incident_id', 'step'],
          properties: {
            incident_id: { ...id, description: 'the id that your incident tool gives it' },
            step: { type: 'string', enum: ['declared', 'merged', 'dismissed', 'closed'] },
            title: { type: 'string', maxLength: 500 },
            severity: { type: 'string', enum: ['S1', 'S2', 'S3'], description: 'S1 is the worst; S3 when never said' },
            detected_at: { ...time, description: 'RFC 3339, the first detection; when it was declared if absent' },
            detected_by: { type: 'string', enum: ['us', 'outsider'], description: 'outsider: a known miss of ours' },
            into: { ...id, description: 'the incident that goes on, for merged' },
            subject_id: { ...id, description: 'the episode that it is about: it counts once' },
            at: { ...time, description: 'RFC 3339; now when absent' },
            actor: { type: 'string', maxLength: 200, description: 'taken only where no tokens are configured' },
          },
          additionalProperties: false,
        },
        response: answers('Declaration', 201),
      },
    },
    async ({ body, query, caller }, reply) => {
      if (!settings.declarations) throw new ApiProblem(404, 'not_configured', 'no incidents are declared here');
      const tenant = tenantFor(caller, query.tenant) ?? DEFAULT_TENANT;
      const atMs = body.at === undefined ? settings.now() : instant('at', body.at, settings.now);
      const actor = actorOf(caller, body.actor);
      const factId = await settings.declarations.declare(
        {
          kind: 'incident',
          incidentId: body.incident_id,
          step: body.step,
          actor,
          atMs,
          ...(body.title !== undefined && { title: body.title }),
          ...(body.severity && { severity: body.severity }),
          ...(body.detected_at && { detectedMs: instant('detected_at', body.detected_at, settings.now) }),
          ...(body.detected_by && { detectedBy: body.detected_by }),
          ...(body.into && { into: body.into }),
          ...(body.subject_id && { subjectId: body.subject_id }),
        },
        tenant,
      );
      reply.code(201);
      const { incident_id, step } = body;
      return { fact_id: factId, incident_id, step, actor: actor.id, at: new Date(atMs).toISOString() };
    },
  );
}

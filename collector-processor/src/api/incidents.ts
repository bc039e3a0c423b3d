import type { EstateReader, IncidentJson } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import { notFound, pageBy } from './problem.ts';
import { incidentQueryProperties, type ListParams, listQuerySchema, toListQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Caller } from './tokens.ts';

/** `/incidents`, `/incidents/{id}`. */
export function addIncidentRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  const config = { permission: 'read' } as const;
  app.get<{ Querystring: ListParams }>(
    '/incidents',
    {
      config,
      schema: {
        tags: ['estate'],
        summary: 'Incidents',
        querystring: listQuerySchema(incidentQueryProperties),
        response: answers('IncidentPage'),
      },
    },
    ({ query, caller }) => pageBy(query.cursor, () => estate.incidents(toListQuery(query, caller))),
  );
  app.get<{ Params: { id: string } }>(
    '/incidents/:id',
    {
      config,
      schema: { tags: ['estate'], summary: 'An incident with what happened, by time', response: answers('Incident') },
    },
    ({ params, caller }) => {
      const incident = incidentFor(estate, caller, params.id);
      return { ...incident, chain: estate.incidentChain(incident.id) };
    },
  );
}

/** The incident, or a 404 when there is none that the caller may see. */
export function incidentFor(estate: EstateReader, caller: Caller, id: string): IncidentJson {
  const incident = estate.incident(id);
  if (incident === null || !maySee(caller, incident.tenant)) throw notFound('incident', id);
  return incident;
}

import type { EstateReader, FindingJson } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import { notFound, pageBy } from './problem.ts';
import { findingQueryProperties, type ListParams, listQuerySchema, toListQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Caller } from './tokens.ts';

/** `/findings`, `/findings/{id}`; the latter also takes an episode's id. */
export function addFindingRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  const config = { permission: 'read' } as const;
  app.get<{ Querystring: ListParams & { sort?: 'risk' | 'severity' | ''; detector?: string } }>(
    '/findings',
    {
      config,
      schema: {
        tags: ['estate'],
        summary: 'Findings, open ones first, by decision and then by score',
        querystring: listQuerySchema(findingQueryProperties),
        response: answers('FindingPage'),
      },
    },
    ({ query, caller }) =>
      pageBy(query.cursor, () =>
        estate.findings({
          ...toListQuery(query, caller),
          sort: query.sort || 'risk',
          ...(query.detector && { detector: query.detector }),
        }),
      ),
  );
  app.get<{ Params: { id: string } }>(
    '/findings/:id',
    {
      config,
      schema: {
        tags: ['estate'],
        summary: 'A finding with its episodes, clocks, change, links and actions',
        response: answers('Finding'),
      },
    },
    ({ params, caller }) => findingFor(estate, caller, params.id),
  );
}

/** The finding, or a 404 when there is none that the caller may see. */
export function findingFor(estate: EstateReader, caller: Caller, id: string): FindingJson {
  const finding = estate.finding(id);
  if (finding === null || !maySee(caller, finding.tenant)) throw notFound('finding', id);
  return finding;
}

import type { FastifyInstance } from 'fastify';
import { pageBy } from './problem.ts';
import { findingQueryProperties, type ListParams, listQuerySchema, toListQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** `/changes`. */
export function addChangeRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  app.get<{ Querystring: ListParams }>(
    '/changes',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['estate'],
        summary: 'Changes: API calls, commits, builds, deployments, applies',
        querystring: listQuerySchema({ asset: findingQueryProperties.asset }),
        response: answers('ChangePage'),
      },
    },
    ({ query, caller }) => pageBy(query.cursor, () => estate.changes(toListQuery(query, caller))),
  );
}

import type { FastifyInstance } from 'fastify';
import { pageBy } from './problem.ts';
import { type ListParams, listQuerySchema, toListQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** `/scopes`: how completely each account, cluster or repository is looked at. */
export function addScopeRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  app.get<{ Querystring: ListParams }>(
    '/scopes',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['estate'],
        summary: 'Scopes that are scanned or listed: attempts, complete ones, denied and throttled ones',
        querystring: listQuerySchema(),
        response: answers('ScopePage'),
      },
    },
    ({ query, caller }) => pageBy(query.cursor, () => estate.scopes(toListQuery(query, caller))),
  );
}

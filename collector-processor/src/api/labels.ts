import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { given, querySchema } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** `/labels`: the values that a filter by tenant, team or environment can have. */
export function addLabelRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  app.get<{ Querystring: { tenant?: string } }>(
    '/labels',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['estate'],
        summary: 'What there is to filter by: the tenants, teams and environments of the assets',
        querystring: querySchema({ tenant: { type: 'string', maxLength: 200 } }),
        response: answers('Labels'),
      },
    },
    ({ query, caller }) => {
      const tenant = tenantFor(caller, given(query.tenant));
      return estate.labels(tenant === undefined ? {} : { tenant });
    },
  );
}

import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** `/sources`: freshness, coverage, rejects by code. */
export function addSourceRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  app.get(
    '/sources',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['estate'],
        summary: 'Is every source alive, and what was refused',
        response: answers('SourcePage'),
      },
    },
    ({ caller }) => ({
      items: estate.sources().filter((source) => maySee(caller, source.tenant)),
      next_cursor: null,
    }),
  );
}

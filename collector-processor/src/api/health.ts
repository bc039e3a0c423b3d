import type { FastifyInstance } from 'fastify';
import { ApiProblem } from './problem.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** `/livez`: the process answers. `/readyz`: it can commit. Both need no token. */
export function addHealthRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  app.get('/livez', { schema: { tags: ['health'], summary: 'Alive', response: answers('Health') } }, () => ({
    status: 'ok',
  }));
  app.get(
    '/readyz',
    { schema: { tags: ['health'], summary: 'Ready to take data', response: answers('Health') } },
    () => {
      const { ready, reason } = estate.readiness();
      if (!ready) throw new ApiProblem(503, 'not_ready', reason ?? 'not ready');
      return { status: 'ok' };
    },
  );
}

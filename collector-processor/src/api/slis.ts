import type { SliReader, SliReport } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { invalidParameter, notFound, pageBy } from './problem.ts';
import {
  durationSeconds,
  explainQuerySchema,
  type ListParams,
  type SliParams,
  seriesQuerySchema,
  sliQuerySchema,
  toSliQuery,
} from './query.ts';
import { answers, answersArray } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Turns } from './turns.ts';

/** More points than this draw nothing that fewer would not. */
const maxPoints = 2000;

/** `/slis`, `/slis/{id}`, `/series`, `/explain`. */
export function addSliRoutes(
  app: FastifyInstance,
  { slis, now }: Pick<ApiSettings, 'slis' | 'now'>,
  turns: Turns,
): void {
  const config = { permission: 'read' } as const;
  const id = (request: { params: { id: string } }) => request.params.id;
  const noSuch = (name: string) => notFound('SLI', name);

  app.get<{ Querystring: SliParams }>(
    '/slis',
    {
      config,
      schema: { tags: ['slis'], summary: 'Every SLI', querystring: sliQuerySchema, response: answers('SliReportPage') },
    },
    (request): { items: SliReport[]; next_cursor: null } => ({
      items: slis.list(toSliQuery(request.query, request.caller, now)),
      next_cursor: null,
    }),
  );

  app.get<{ Params: { id: string }; Querystring: SliParams }>(
    '/slis/:id',
    {
      config,
      schema: { tags: ['slis'], summary: 'One SLI', querystring: sliQuerySchema, response: answers('SliReport') },
    },
    (request) => {
      const report = slis.get(id(request), toSliQuery(request.query, request.caller, now));
      if (report === null) throw noSuch(id(request));
      return report;
    },
  );

  app.get<{ Params: { id: string }; Querystring: SliParams & { step?: string } }>(
    '/slis/:id/series',
    {
      config,
      schema: {
        tags: ['slis'],
        summary: 'An SLI over time, oldest first',
        querystring: seriesQuerySchema,
        response: answersArray('SeriesPoint'),
      },
    },
    async (request) => {
      const query: Parameters<SliReader['series']>[1] = toSliQuery(request.query, request.caller, now);
      const { step } = request.query;
      if (step !== undefined) query.stepSeconds = stepSeconds(step, query.window);
      const points = await turns.all(
        () => slis.series(id(request), query),
        () => request.raw.socket.destroyed,
      );
      if (points === null) throw noSuch(id(request));
      return points;
    },
  );

  app.get<{ Params: { id: string }; Querystring: SliParams & ListParams & { role?: string } }>(
    '/slis/:id/explain',
    {
      config,
      schema: {
        tags: ['slis'],
        summary: 'The episodes behind the number',
        querystring: explainQuerySchema,
        response: answers('ExplainPage'),
      },
    },
    (request) => {
      const { cursor, limit, role } = request.query;
      const page = pageBy(cursor, () =>
        slis.explain(id(request), {
          ...toSliQuery(request.query, request.caller, now),
          ...(cursor ? { cursor } : {}),
          ...(limit === undefined ? {} : { limit }),
          ...(role ? { role } : {}),
        }),
      );
      if (page === null) throw noSuch(id(request));
      return page;
    },
  );
}

function stepSeconds(step: string, window: string | undefined): number {
  const seconds = durationSeconds('step', step);
  if (window !== undefined && durationSeconds('window', window) / seconds > maxPoints) {
    throw invalidParameter('step', `is too small for the window: at most ${maxPoints} points`);
  }
  return seconds;
}

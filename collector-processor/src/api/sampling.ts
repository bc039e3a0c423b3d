import type { Tier } from '@cnapp-slo/model';
import { DEFAULT_TENANT, TIERS } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { actorOf } from './inputs.ts';
import { notFound } from './problem.ts';
import { choice, querySchema } from './query.ts';
import { addRolloutRoutes } from './rollouts.ts';
import { type CandidateBody, candidateOf, candidateProperties, unsimulated } from './sampling-candidate.ts';
import type { PromotionRow } from './sampling-port.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

const tenant = { type: 'string', maxLength: 200 };
const limit = { type: 'integer', minimum: 1, maximum: 500, description: '100 when absent' };
const offset = { type: 'string', pattern: '^\\d{1,9}$', description: 'next_cursor of the page before' };

/** `/sampling`: what is kept of whose telemetry, why, at what cost; promotions, and simulations over the last day. */
export function addSamplingRoutes(app: FastifyInstance, { sampling }: Pick<ApiSettings, 'sampling'>): void {
  if (!sampling) return;

  app.get<{ Querystring: { days?: number } }>(
    '/sampling',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sampling'],
        summary: 'Volumes before sampling by tier and kind, with cost; the tiers in force',
        querystring: querySchema({
          days: { type: 'integer', minimum: 1, maximum: 120, description: '28 when absent' },
        }),
        response: answers('SamplingOverview'),
      },
    },
    ({ query }) => sampling.overview(query.days ?? 28),
  );

  app.get<{ Querystring: { tenant?: string; tier?: Tier | ''; cursor?: string; limit?: number } }>(
    '/sampling/assets',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sampling'],
        summary: 'The tier of every asset, with reasons',
        querystring: querySchema({ tenant, tier: choice(...TIERS), cursor: offset, limit }),
        response: answers('TierPage'),
      },
    },
    ({ query, caller }) => {
      const entries = sampling.assets(tenantFor(caller, query.tenant), query.tier || undefined);
      const from = Number(query.cursor ?? 0);
      const to = from + (query.limit ?? 100);
      return {
        items: entries.slice(from, to).map(({ id, name, place }) => ({
          asset_id: id,
          tenant: place.tenant,
          name,
          kind: place.assetClass,
          criticality: place.criticality,
          tier: place.tier,
          reasons: place.reasons,
        })),
        next_cursor: to < entries.length ? String(to) : null,
      };
    },
  );

  app.get<{ Querystring: { tenant?: string } }>(
    '/sampling/promotions',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sampling'],
        summary: 'Who was raised to T0, by whom, why and until when; the latest first',
        querystring: querySchema({ tenant }),
        response: answers('PromotionPage'),
      },
    },
    ({ query, caller }) => ({
      items: sampling.promotions(tenantFor(caller, query.tenant)).map(promotionJson),
      next_cursor: null,
    }),
  );

  app.post<{ Body: { asset_id: string; reason: string; actor?: string }; Querystring: { tenant?: string } }>(
    '/sampling/promotions',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['sampling'],
        summary: 'Raise an asset and its neighbours to T0 for a time',
        querystring: querySchema({ tenant }),
        body: {
          type: 'object',
          required: ['asset_id', 'reason'],
          properties: {
            asset_id: { type: 'string', minLength: 1, maxLength: 2000 },
            reason: { type: 'string', minLength: 1, maxLength: 500 },
            actor: { type: 'string', maxLength: 200, description: 'taken only where no tokens are configured' },
          },
          additionalProperties: false,
        },
        response: answers('PromotionPage', 201),
      },
    },
    async ({ body, query, caller }, reply) => {
      const of = tenantFor(caller, query.tenant) ?? DEFAULT_TENANT;
      const promoted = await sampling.promote(of, body.asset_id, body.reason, actorOf(caller, body.actor));
      if (!promoted) throw notFound('asset', body.asset_id);
      reply.code(201);
      return { items: promoted.map(promotionJson), next_cursor: null };
    },
  );

  app.post<{ Body: CandidateBody & { pareto?: boolean }; Querystring: { tenant?: string } }>(
    '/sampling/simulations',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sampling'],
        summary: 'What other tiers would keep, cost and miss, over what passed in the last day',
        querystring: querySchema({ tenant }),
        body: {
          type: 'object',
          properties: {
            ...candidateProperties,
            pareto: { type: 'boolean', description: 'with the curve of cost against recall; true when absent' },
          },
          additionalProperties: false,
        },
        response: answers('SamplingSimulation'),
      },
    },
    ({ body, query, caller }) => {
      const { pareto = true, ...candidate } = body;
      const result = sampling.simulate(tenantFor(caller, query.tenant), {
        ...candidateOf(candidate),
        withoutPareto: !pareto,
      });
      if (result === null || result === 'too_little') throw unsimulated(result);
      return result;
    },
  );

  addRolloutRoutes(app, sampling);
}

function promotionJson({ assetId, atMs, untilMs, beside, actor, ...rest }: PromotionRow) {
  return {
    ...rest,
    asset_id: assetId,
    actor: actor.id,
    at: new Date(atMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    beside: beside ?? null,
  };
}

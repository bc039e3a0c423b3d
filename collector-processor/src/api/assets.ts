import type { AssetAt, EstateReader, NowMs } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import { notFound, pageBy } from './problem.ts';
import { choice, instant, type ListParams, listQuerySchema, querySchema, toListQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Caller } from './tokens.ts';

/** `/assets`, `/assets/{id}`. The slashes of an asset's id may come percent-encoded or as they are. */
export function addAssetRoutes(app: FastifyInstance, { estate, now }: Pick<ApiSettings, 'estate' | 'now'>): void {
  const config = { permission: 'read' } as const;
  app.get<{ Querystring: ListParams & AtParams }>(
    '/assets',
    {
      config,
      schema: {
        tags: ['estate'],
        summary: 'Assets',
        querystring: listQuerySchema({ ...atProperties, state: choice('present', 'deleted') }),
        response: answers('AssetPage'),
      },
    },
    ({ query, caller }) =>
      pageBy(query.cursor, () => estate.assets({ ...toListQuery(query, caller), ...toAssetAt(query, now) })),
  );
  app.get<{ Params: { id: string }; Querystring: AtParams }>(
    '/assets/:id',
    {
      config,
      schema: {
        tags: ['estate'],
        summary: 'An asset with its relations',
        querystring: querySchema(atProperties),
        response: answers('Asset'),
      },
    },
    ({ params, query, caller }) => assetFor(estate, caller, params.id, toAssetAt(query, now)),
  );
  app.get<{ Params: { '*': string }; Querystring: AtParams }>(
    '/assets/*',
    { config, schema: { hide: true, querystring: querySchema(atProperties) } },
    ({ params, query, caller }) => assetFor(estate, caller, params['*'], toAssetAt(query, now)),
  );
}

interface AtParams {
  as_of?: string;
  valid_at?: string;
}

const atProperties = {
  as_of: { type: 'string', description: 'RFC 3339: what was known then; now when absent' },
  valid_at: { type: 'string', description: 'RFC 3339: what was true then; now when absent' },
};

function toAssetAt({ as_of, valid_at }: AtParams, now: NowMs): AssetAt {
  const at: AssetAt = {};
  if (as_of) at.asOfMs = instant('as_of', as_of, now);
  if (valid_at) at.validMs = instant('valid_at', valid_at, now);
  return at;
}

function assetFor(estate: EstateReader, caller: Caller, id: string, at: AssetAt) {
  const asset = estate.asset(id, at);
  if (asset === null || !maySee(caller, asset.tenant)) throw notFound('asset', id);
  return asset;
}

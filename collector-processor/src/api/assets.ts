import type { EstateReader } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { maySee } from './auth.ts';
import { notFound, pageBy } from './problem.ts';
import { type ListParams, listQuerySchema, toListQuery } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Caller } from './tokens.ts';

/** `/assets`, `/assets/{id}`. The slashes of an asset's id may come percent-encoded or as they are. */
export function addAssetRoutes(app: FastifyInstance, { estate }: Pick<ApiSettings, 'estate'>): void {
  const config = { permission: 'read' } as const;
  app.get<{ Querystring: ListParams }>(
    '/assets',
    {
      config,
      schema: { tags: ['estate'], summary: 'Assets', querystring: listQuerySchema(), response: answers('AssetPage') },
    },
    ({ query, caller }) => pageBy(query.cursor, () => estate.assets(toListQuery(query, caller))),
  );
  app.get<{ Params: { id: string } }>(
    '/assets/:id',
    { config, schema: { tags: ['estate'], summary: 'An asset', response: answers('Asset') } },
    ({ params, caller }) => assetFor(estate, caller, params.id),
  );
  app.get<{ Params: { '*': string } }>('/assets/*', { config, schema: { hide: true } }, ({ params, caller }) =>
    assetFor(estate, caller, params['*']),
  );
}

function assetFor(estate: EstateReader, caller: Caller, id: string) {
  const asset = estate.asset(id);
  if (asset === null || !maySee(caller, asset.tenant)) throw notFound('asset', id);
  return asset;
}

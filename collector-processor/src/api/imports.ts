import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { ApiProblem } from './problem.ts';
import { given, querySchema } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

interface ImportParams {
  path?: string;
  format?: string;
  tenant?: string;
}

/** `POST /import`: one file's bytes as declared backfill. Durable when it answers. */
export async function addImportRoutes(
  app: FastifyInstance,
  { intake, now, config }: Pick<ApiSettings, 'intake' | 'now' | 'config'>,
): Promise<void> {
  const text = { type: 'string', maxLength: 2000 };
  await app.register(async (scope) => {
    // Not a type that a form of another site can send.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: config.max_import_bytes },
      (_request, bytes, done) => done(null, bytes),
    );
    scope.post<{ Querystring: ImportParams; Body: Buffer | undefined }>(
      '/import',
      {
        bodyLimit: config.max_import_bytes,
        config: { permission: 'write' },
        schema: {
          tags: ['inputs'],
          summary: 'A file of a tool’s own output, as history',
          consumes: ['application/octet-stream'],
          querystring: querySchema({ path: text, format: text, tenant: text }),
          response: answers('ImportResult'),
        },
      },
      async (request) => {
        const { path, format } = request.query;
        // Without bytes there is nothing that Fastify would hand to the parser.
        if (!request.body?.length) throw new ApiProblem(400, 'invalid_body', 'the body is empty');
        const tenant = tenantFor(request.caller, given(request.query.tenant));
        const result = await intake.accept({
          transport: 'import',
          encoding: 'native',
          signal: 'logs',
          bytes: request.body,
          receivedMs: now(),
          backfill: true,
          headers: {
            ...(path ? { path } : {}),
            ...(format ? { 'cnapp.format': format } : {}),
            ...(tenant ? { 'cnapp.tenant': tenant } : {}),
          },
        });
        switch (result.status) {
          case 'accepted':
            return {
              records: result.records,
              rejected: result.rejected,
              message: result.message ?? null,
              from: result.times ? new Date(result.times.firstMs).toISOString() : null,
              to: result.times ? new Date(result.times.lastMs).toISOString() : null,
            };
          case 'invalid':
            throw new ApiProblem(400, result.code, result.message);
          case 'retryable':
            throw new ApiProblem(503, result.code, 'busy; try again', {
              'retry-after': String(Math.max(1, Math.ceil(result.retryAfterMs / 1000))),
            });
        }
      },
    );
  });
}

import type { FastifyInstance } from 'fastify';
import { ApiProblem } from './problem.ts';
import type { ApiSettings } from './settings.ts';

/**
 * `POST /hooks/{service}`: answers from Slack, pagers and ticket systems. They carry no token of ours; each proves itself by a
 * signature over the raw body, which is why nothing here parses it.
 */
export async function addHookRoutes(
  app: FastifyInstance,
  { hooks, config }: Pick<ApiSettings, 'hooks' | 'config'>,
): Promise<void> {
  if (!hooks) return;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.max_body_bytes }, (_request, bytes, done) =>
      done(null, bytes),
    );
    scope.post<{ Params: { service: string }; Body: Buffer | undefined }>(
      '/hooks/:service',
      { schema: { hide: true } },
      async ({ params, headers, body }) => {
        const single = Object.entries(headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(',') : value,
        ]);
        const raw = body?.toString('utf8') ?? '';
        const { status, code } = await hooks(params.service, { headers: Object.fromEntries(single), raw });
        if (status >= 400) throw new ApiProblem(status, code, `the call was refused: ${code}`);
        return { code };
      },
    );
  });
}

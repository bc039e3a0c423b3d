import type { CompliancePort, ComplianceQuery, NowMs } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { pageBy } from './problem.ts';
import {
  choice,
  durationSeconds,
  type FilterParams,
  given,
  instant,
  listQuerySchema,
  querySchema,
  toListQuery,
} from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import type { Caller } from './tokens.ts';

interface Params extends FilterParams {
  account?: string;
  as_of?: string;
  valid_at?: string;
}

const label = { type: 'string', maxLength: 200 };
const properties = {
  tenant: label,
  team: label,
  environment: label,
  provider: label,
  account: label,
  as_of: { type: 'string', description: 'RFC 3339: what was known then; now when absent' },
  valid_at: { type: 'string', description: 'RFC 3339: how it stood then; now when absent' },
};

/** `/compliance`, `/compliance/controls`, `/compliance/series`, `/compliance/evidence`: names of frameworks hold slashes, so they are parameters. */
export function addComplianceRoutes(
  app: FastifyInstance,
  { compliance, now }: Pick<ApiSettings, 'compliance' | 'now'>,
): void {
  if (!compliance) return;
  const port: CompliancePort = compliance;
  const config = { permission: 'read' } as const;
  const framework = { ...label, description: 'as its tool names it' };
  const schema = (summary: string, querystring: object, id: string) => ({
    config,
    schema: { tags: ['compliance'], summary, querystring, response: answers(id) },
  });
  app.get<{ Querystring: Params & { by?: 'account' | 'team' | '' } }>(
    '/compliance',
    schema('Posture by framework', querySchema({ ...properties, by: choice('account', 'team') }), 'FrameworkPage'),
    ({ query, caller }) => {
      const by = query.by || undefined;
      return { items: port.frameworks({ ...toQuery(query, caller, now), ...(by && { by }) }), next_cursor: null };
    },
  );
  app.get<{ Querystring: Params & { framework: string } }>(
    '/compliance/controls',
    schema('Controls of a framework', required({ ...properties, framework }, 'framework'), 'ControlPage'),
    ({ query, caller }) => ({
      items: port.controls(query.framework, toQuery(query, caller, now)),
      next_cursor: null,
    }),
  );
  app.get<{ Querystring: Params & { framework: string; window?: string; step?: string } }>(
    '/compliance/series',
    schema(
      'Posture over time',
      required({ ...properties, framework, window: label, step: label }, 'framework'),
      'PosturePointPage',
    ),
    ({ query, caller }) => {
      const windowMs = durationSeconds('window', given(query.window) ?? '28d') * 1000;
      const stepMs = Math.max(durationSeconds('step', given(query.step) ?? '1d') * 1000, windowMs / MAX_POINTS);
      return {
        items: port.series(query.framework, { ...toQuery(query, caller, now), windowMs, stepMs }),
        next_cursor: null,
      };
    },
  );
  app.get<{ Querystring: Params & { framework: string; control: string; cursor?: string; limit?: number } }>(
    '/compliance/evidence',
    schema(
      'What stands behind a control',
      required(
        { ...(listQuerySchema({ ...properties, framework, control: label }).properties as object) },
        'framework',
        'control',
      ),
      'EvidencePage',
    ),
    ({ query, caller }) => {
      const { cursor, limit } = query;
      const page = { ...(cursor && { cursor }), ...(limit !== undefined && { limit }) };
      return pageBy(cursor, () =>
        port.evidence(query.framework, query.control, { ...toQuery(query, caller, now), ...page }),
      );
    },
  );
}

const MAX_POINTS = 1000;

function required(fields: Record<string, object>, ...names: string[]): object {
  return { ...querySchema(fields as Parameters<typeof querySchema>[0]), required: names };
}

function toQuery(params: Params, caller: Caller, now: NowMs): ComplianceQuery {
  const query: ComplianceQuery = { filter: toListQuery(params, caller) };
  if (params.account) query.account = params.account;
  if (params.as_of) query.asOfMs = instant('as_of', params.as_of, now);
  if (params.valid_at) query.validMs = instant('valid_at', params.valid_at, now);
  return query;
}

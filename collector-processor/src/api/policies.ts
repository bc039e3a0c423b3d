import type { EstateReader, GateJson, SliFilter } from '@cnapp-slo/model';
import { POLICY_DETECTOR } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import type { PolicyPort } from './ports.ts';
import { querySchema } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

const DEFAULT_LIMIT = 100;
/** Open findings of policies that the gate looks at; more say the same. */
const LOOKED_AT = 500;

interface Held {
  estate: Pick<EstateReader, 'findings' | 'asset'>;
  policies: PolicyPort | undefined;
  filter: SliFilter;
  service: string | null;
}

/** Open findings of policies in `block` mode block what goes to their service and environment; those in `warn` mode warn. */
export function applyPolicies(
  gate: GateJson,
  { estate, policies, filter, service }: Held,
  isOverridden: boolean,
): void {
  if (!policies || policies.list().length === 0) return;
  const modes = new Map(policies.list().map(({ name, mode }) => [name, mode]));
  const open = estate.findings({ ...filter, detector: POLICY_DETECTOR, state: 'open', limit: LOOKED_AT }).items;
  for (const { rule, title, asset_id, asset_name } of open) {
    const mode = modes.get(rule);
    if (mode === undefined || mode === 'audit') continue;
    if (service !== null && estate.asset(asset_id)?.service !== service) continue;
    const blocks = mode === 'block' && !isOverridden;
    if (blocks) gate.decision = 'block';
    else if (gate.decision === 'allow') gate.decision = 'warn';
    gate.reasons.push(`policy ${rule} (${mode}): ${title}: ${asset_name ?? asset_id}`);
  }
}

/** `/policies`, `/policies/evaluations`. They speak of every tenant: for callers who may see all of them. */
export function addPolicyRoutes(app: FastifyInstance, { policies }: Pick<ApiSettings, 'policies'>): void {
  if (!policies) return;
  const config = { permission: 'read' } as const;
  app.get(
    '/policies',
    { config, schema: { tags: ['policies'], summary: 'Policies in force', response: answers('PolicyList') } },
    () => ({ items: policies.list(), refusal: policies.refusal }),
  );
  app.get<{ Querystring: { policy?: string; limit?: number } }>(
    '/policies/evaluations',
    {
      config,
      schema: {
        tags: ['policies'],
        summary: 'What policies were asked, the latest first',
        querystring: querySchema({
          policy: { type: 'string', maxLength: 63 },
          limit: { type: 'integer', minimum: 1, maximum: 1000, description: '100 when absent' },
        }),
        response: answers('PolicyEvaluationPage'),
      },
    },
    ({ query, caller }) => {
      const items = policies.evaluations(query.policy, query.limit ?? DEFAULT_LIMIT);
      // A subject's id may be another tenant's.
      const isForAll = caller.tenants === '*';
      return { items: isForAll ? items : items.map((item) => ({ ...item, subject: '' })), next_cursor: null };
    },
  );
}

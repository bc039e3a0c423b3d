import { randomBytes } from 'node:crypto';
import type { Actor, GateOverride, MaintenanceView, OverrideView, SliId } from '@cnapp-slo/model';
import { DEFAULT_TENANT, SLIS } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { actorOf } from './inputs.ts';
import type { ReleasePort } from './ports.ts';
import { ApiProblem, invalidParameter, notFound } from './problem.ts';
import { querySchema, timeOf } from './query.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';
import { anonymous, type Caller } from './tokens.ts';

interface OverrideBody {
  reason: string;
  service?: string;
  environment?: string;
  change_kind?: string;
}

interface MaintenanceBody {
  reason: string;
  ends_at: string;
  starts_at?: string;
  slis?: SliId[];
  owner?: string;
}

/** Longer is no window. */
const MAX_MAINTENANCE_MS = 14 * 86_400_000;
const name = { type: 'string', minLength: 1, maxLength: 200 };
const reason = { type: 'string', minLength: 1, maxLength: 2000, pattern: '\\S' };
const querystring = querySchema({ tenant: { type: 'string', maxLength: 200 } });
const object = (required: string[], properties: object) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});
type Asked = { query: { tenant?: string }; caller: Caller };
const newId = (): string => randomBytes(9).toString('hex');
const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * `/gate/overrides`: a person asks to pass the gate, a second one agrees, and it holds for 24 hours. `/maintenance`: windows with an
 * owner and an end. Both are facts of the ledger.
 */
export function addReleaseRoutes(app: FastifyInstance, { releases, now }: Pick<ApiSettings, 'releases' | 'now'>): void {
  const port = (): ReleasePort => {
    if (!releases) throw new ApiProblem(404, 'not_configured', 'no overrides or maintenance windows are kept here');
    return releases;
  };
  const tenantOf = ({ query, caller }: Asked): string => tenantFor(caller, query.tenant) ?? DEFAULT_TENANT;

  const overrideOf = (asked: Asked, id: string) => {
    const found = port()
      .overrides(tenantOf(asked))
      .find((one) => one.id === id);
    if (!found) throw notFound('override', id);
    return found;
  };
  const tellOverride = async (asked: Asked, step: Omit<GateOverride, 'kind' | 'actor' | 'atMs'>, actor: Actor) => {
    await port().tell({ kind: 'gate_override', ...step, actor, atMs: now() }, tenantOf(asked));
    return overrideJson(overrideOf(asked, step.overrideId));
  };

  app.post<{ Body: OverrideBody; Querystring: { tenant?: string } }>(
    '/gate/overrides',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['gate'],
        summary: 'Ask that changes pass the gate for 24 hours',
        querystring,
        body: object(['reason'], { reason, service: name, environment: name, change_kind: name }),
        response: answers('Override', 201),
      },
    },
    async (request, reply) => {
      const { reason: why, service, environment, change_kind: changeKind } = request.body;
      reply.code(201);
      const scope = {
        ...(service && { service }),
        ...(environment && { environment }),
        ...(changeKind && { changeKind }),
      };
      const step = { overrideId: newId(), step: 'requested' as const, reason: why, ...scope };
      return tellOverride(request, step, personOf(request.caller));
    },
  );

  const steps = { approval: ['approved', 'approve'], withdrawal: ['withdrawn', 'write'] } as const;
  for (const [path, [step, permission]] of Object.entries(steps)) {
    app.post<{ Params: { id: string }; Querystring: { tenant?: string } }>(
      `/gate/overrides/:id/${path}`,
      {
        config: { permission },
        schema: {
          tags: ['gate'],
          summary: step === 'approved' ? 'Agree, as a second person' : 'Take it back',
          querystring,
          response: answers('Override'),
        },
      },
      async (request) => {
        const { state, requestedBy } = overrideOf(request, request.params.id);
        const actor = personOf(request.caller);
        if (step === 'approved' && actor.id === requestedBy.id)
          throw new ApiProblem(403, 'self_approved', 'who asks cannot agree: a second person is needed');
        const isOpen = state === 'requested' || (state === 'in_force' && step === 'withdrawn');
        if (!isOpen) throw new ApiProblem(409, 'already_decided', `the override is ${state}`);
        return tellOverride(request, { overrideId: request.params.id, step }, actor);
      },
    );
  }

  app.get<{ Querystring: { tenant?: string } }>(
    '/gate/overrides',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['gate'],
        summary: 'Overrides, the latest first',
        querystring,
        response: answers('OverridePage'),
      },
    },
    async (request) => ({
      items: port().overrides(tenantOf(request)).slice(0, 500).map(overrideJson),
      next_cursor: null,
    }),
  );

  const windowOf = (asked: Asked, id: string) => {
    const found = port()
      .maintenance(tenantOf(asked))
      .find((one) => one.id === id);
    if (!found) throw notFound('maintenance window', id);
    return found;
  };

  app.post<{ Body: MaintenanceBody; Querystring: { tenant?: string } }>(
    '/maintenance',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['gate'],
        summary: 'Plan work that is expected to burn budget: alerts are held back until its end',
        querystring,
        body: object(['reason', 'ends_at'], {
          reason,
          ends_at: { type: 'string', description: 'RFC 3339, within 14 days of its start' },
          starts_at: { type: 'string', description: 'RFC 3339; now when absent' },
          slis: {
            type: 'array',
            minItems: 1,
            uniqueItems: true,
            items: { type: 'string', enum: SLIS.map(({ definition }) => definition.id) },
            description: 'all of them when absent',
          },
          owner: { ...name, description: 'who answers for it; the caller when absent' },
        }),
        response: answers('MaintenanceWindow', 201),
      },
    },
    async (request, reply) => {
      const { reason: why, slis, owner } = request.body;
      const atMs = now();
      const toMs = timeOf('ends_at', request.body.ends_at);
      const fromMs = request.body.starts_at === undefined ? atMs : timeOf('starts_at', request.body.starts_at);
      if (toMs <= Math.max(fromMs, atMs)) throw invalidParameter('ends_at', 'must be after its start and now');
      if (toMs - fromMs > MAX_MAINTENANCE_MS) throw invalidParameter('ends_at', 'is more than 14 days after its start');
      const actor = actorOf(request.caller, owner);
      if (request.caller === anonymous && owner === undefined)
        throw invalidParameter('owner', 'is needed where no token tells who you are');
      const maintenanceId = newId();
      const plan = { owner: owner ?? actor.id, reason: why, fromMs, toMs, ...(slis && { slis }) };
      await port().tell(
        { kind: 'maintenance', maintenanceId, step: 'planned', ...plan, actor, atMs },
        tenantOf(request),
      );
      reply.code(201);
      return maintenanceJson(windowOf(request, maintenanceId));
    },
  );

  app.post<{ Params: { id: string }; Querystring: { tenant?: string } }>(
    '/maintenance/:id/end',
    {
      config: { permission: 'write' },
      schema: { tags: ['gate'], summary: 'End it early', querystring, response: answers('MaintenanceWindow') },
    },
    async (request) => {
      const { id } = windowOf(request, request.params.id);
      const actor = actorOf(request.caller, undefined);
      await port().tell(
        { kind: 'maintenance', maintenanceId: id, step: 'ended', actor, atMs: now() },
        tenantOf(request),
      );
      return maintenanceJson(windowOf(request, id));
    },
  );

  app.get<{ Querystring: { tenant?: string } }>(
    '/maintenance',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['gate'],
        summary: 'Maintenance windows, the latest first',
        querystring,
        response: answers('MaintenanceWindowPage'),
      },
    },
    async (request) => ({
      items: port().maintenance(tenantOf(request)).slice(0, 500).map(maintenanceJson),
      next_cursor: null,
    }),
  );
}

/** An override is between two people, and a token must prove each. */
function personOf(caller: Caller): Actor {
  if (caller === anonymous)
    throw new ApiProblem(403, 'identity_needed', 'overrides need tokens: nobody is known without');
  if (caller.kind !== 'human') throw new ApiProblem(403, 'not_a_person', `the token "${caller.name}" is no person's`);
  return { id: caller.name, kind: caller.kind };
}

function overrideJson({
  requestedBy,
  requestedMs,
  approvedBy,
  approvedMs,
  expiresMs,
  changeKind,
  ...rest
}: OverrideView) {
  return {
    ...rest,
    change_kind: changeKind,
    requested_by: requestedBy.id,
    requested_at: iso(requestedMs),
    approved_by: approvedBy?.id ?? null,
    approved_at: approvedMs === null ? null : iso(approvedMs),
    expires_at: iso(expiresMs),
  };
}

function maintenanceJson({ fromMs, toMs, ...rest }: MaintenanceView) {
  return { ...rest, starts_at: iso(fromMs), ends_at: iso(toMs) };
}

/** The shapes of the answers (`model/src/api.ts`) as JSON Schema, for `/openapi.json`. The contract tests hold every answer against them. */
const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const number = { type: 'number' };
const time = { type: 'string', format: 'date-time' };
const textOrNull = { type: ['string', 'null'] };
const numberOrNull = { type: ['number', 'null'] };
const ratioOrNull = { type: ['number', 'null'], minimum: 0, maximum: 1 };
const timeOrNull = { type: ['string', 'null'], format: 'date-time' };
const texts = { type: 'array', items: text };
const counts = { type: 'object', additionalProperties: count };

export interface JsonSchema {
  [keyword: string]: unknown;
}
type Properties = Record<string, JsonSchema>;

const oneOf = (...values: readonly string[]): JsonSchema => ({ type: 'string', enum: values });
const ref = (id: string): JsonSchema => ({ $ref: `${id}#` });
const refOrNull = (id: string): JsonSchema => ({ anyOf: [ref(id), { type: 'null' }] });
const listOf = (id: string): JsonSchema => ({ type: 'array', items: ref(id) });

function shape($id: string, required: Properties, optional: Properties = {}): JsonSchema & { $id: string } {
  return {
    $id,
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

const page = (id: string) => shape(`${id}Page`, { items: listOf(id), next_cursor: textOrNull });

export const severities = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'] as const;
const roles = ['good', 'bad', 'excluded', 'pending'] as const;
const severity = oneOf(...severities);

const clockNames = 't_change t_observable t_detect t_alert t_ack t_triage t_remediate t_verify t_close'.split(' ');

const incidentFields = {
  id: text,
  tenant: text,
  title: text,
  severity,
  state: oneOf('firing', 'acknowledged', 'resolved'),
  team: text,
  started_at: time,
  alerted_at: timeOrNull,
  acknowledged_at: timeOrNull,
  resolved_at: timeOrNull,
  episode_ids: texts,
  asset_ids: texts,
  workloads: texts,
  digests: texts,
  confidence: ratioOrNull,
  members: listOf('IncidentMember'),
};

export const schemas: readonly (JsonSchema & { $id: string })[] = [
  shape('BurnRates', { '1h': numberOrNull, '6h': numberOrNull, '1d': numberOrNull, '3d': numberOrNull }),
  shape(
    'SliReport',
    {
      id: text,
      code: text,
      title: text,
      unit: text,
      direction: oneOf('lower_is_better', 'higher_is_better'),
      value: numberOrNull,
      ratio: ratioOrNull,
      objective: ratioOrNull,
      good: number,
      bad: number,
      excluded: counts,
      pending: count,
      coverage: ratioOrNull,
      status: oneOf('no_data', 'insufficient', 'breached', 'at_risk', 'ok'),
      reason: textOrNull,
      budget: {
        type: 'object',
        required: ['remaining', 'burn'],
        properties: { remaining: numberOrNull, burn: ref('BurnRates') },
      },
      window: text,
      as_of: time,
      final: flag,
      definition_version: text,
    },
    {
      p50: numberOrNull,
      p90: numberOrNull,
      mean: numberOrNull,
      max: numberOrNull,
      rmst: numberOrNull,
      expected_misses: numberOrNull,
      open: numberOrNull,
      until: time,
      companions: { type: 'object', additionalProperties: numberOrNull },
    },
  ),
  page('SliReport'),
  shape(
    'Clock',
    { at: time, source: text, precision: oneOf('exact', 'bounded', 'inferred') },
    { lo: time, hi: time, received_at: time, actor: text },
  ),
  shape('Clocks', {}, Object.fromEntries(clockNames.map((name) => [name, ref('Clock')]))),
  shape('ExplainItem', {
    episode_id: text,
    role: oneOf(...roles),
    reason: textOrNull,
    clocks: ref('Clocks'),
    duration_seconds: numberOrNull,
    finding_id: text,
    title: text,
    asset_id: text,
    severity,
    team: text,
  }),
  shape('ExplainPage', {
    sli: ref('SliReport'),
    counts: {
      type: 'object',
      required: [...roles],
      properties: Object.fromEntries(roles.map((role) => [role, count])),
    },
    items: listOf('ExplainItem'),
    next_cursor: textOrNull,
  }),
  shape('SeriesPoint', { at: time, value: numberOrNull, ratio: ratioOrNull, good: number, bad: number, final: flag }),
  shape('Link', { rel: text, href: text }),
  shape('Change', {
    id: text,
    kind: text,
    action: text,
    title: text,
    at: time,
    actor: text,
    actor_kind: text,
    outcome: text,
    asset_ids: texts,
    repository: textOrNull,
    revision: textOrNull,
    pipeline_url: textOrNull,
    links: listOf('Link'),
  }),
  page('Change'),
  shape('Segment', {
    name: oneOf('source_lag', 'pipeline_lag', 'route', 'acknowledge', 'triage', 'act', 'verify'),
    seconds: number,
    precision: oneOf('exact', 'bounded', 'inferred'),
  }),
  shape('Episode', {
    id: text,
    finding_id: text,
    seq: count,
    state: text,
    close_reason: textOrNull,
    trigger: text,
    cohort: oneOf('normal', 'baseline'),
    origin: oneOf('live', 'backfill'),
    severity,
    clocks: ref('Clocks'),
    flaps: count,
    durable: flag,
    verdict: textOrNull,
    segments: listOf('Segment'),
    deadline_at: timeOrNull,
    change: refOrNull('Change'),
    candidate_change_ids: texts,
    fix_change: refOrNull('Change'),
    incident_id: textOrNull,
    trace_ids: texts,
  }),
  shape('Suppression', { policy: text, owner: text, reason: text, expires_at: time }),
  shape('RiskFactor', { name: text, value: textOrNull, points: number, points_max: number, reason: text }),
  shape('RiskCombination', { name: text, reason: text }),
  shape('RiskInputs', {
    exploitation: textOrNull,
    automatable: textOrNull,
    technical_impact: textOrNull,
    mission: textOrNull,
  }),
  shape('Risk', {
    score: number,
    score_max: number,
    decision: oneOf('track', 'track*', 'attend', 'act'),
    decision_worst: oneOf('track', 'track*', 'attend', 'act'),
    decision_by: oneOf('cisa_ssvc', 'cisa_ssvc_partial', 'derived'),
    inputs: ref('RiskInputs'),
    factors: listOf('RiskFactor'),
    combinations: listOf('RiskCombination'),
  }),
  shape(
    'Finding',
    {
      id: text,
      tenant: text,
      detector: text,
      detector_class: text,
      rule: text,
      title: text,
      severity,
      state: text,
      asset_id: text,
      asset_name: textOrNull,
      asset_kind: text,
      team: text,
      environment: textOrNull,
      criticality: text,
      provider: text,
      account: textOrNull,
      discriminator: textOrNull,
      first_detected_at: timeOrNull,
      last_seen_at: time,
      open_seconds: numberOrNull,
      labels: texts,
    },
    {
      risk: ref('Risk'),
      suppressed: ref('Suppression'),
      episodes: listOf('Episode'),
      evidence: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      remediation: textOrNull,
      links: listOf('Link'),
      actions: listOf('Link'),
    },
  ),
  page('Finding'),
  shape(
    'Asset',
    {
      id: text,
      tenant: text,
      kind: text,
      provider: text,
      name: textOrNull,
      account: textOrNull,
      region: textOrNull,
      cluster: textOrNull,
      namespace: textOrNull,
      team: text,
      environment: textOrNull,
      service: textOrNull,
      criticality: text,
      criticality_reason: text,
      team_reason: text,
      exposure: textOrNull,
      data_class: textOrNull,
      scaled_by: textOrNull,
      iac: {
        type: ['object', 'null'],
        required: ['repository'],
        properties: { repository: text, path: text, revision: text },
      },
      first_seen_at: time,
      last_seen_at: time,
      deleted_at: timeOrNull,
      deleted_cause: textOrNull,
      open_findings: count,
    },
    { relations: { type: 'array', items: { type: 'object' } }, digests: { type: 'array', items: { type: 'object' } } },
  ),
  page('Asset'),
  shape('IncidentMember', {
    episode_id: text,
    finding_id: text,
    title: text,
    rule: text,
    detector: text,
    detector_class: text,
    stage: oneOf('weakness', 'attack'),
    severity,
    state: text,
    asset_id: text,
    asset_name: textOrNull,
    team: text,
    techniques: texts,
    link: textOrNull,
    detected_at: time,
    closed_at: timeOrNull,
  }),
  shape('IncidentStep', {
    at: time,
    kind: text,
    title: text,
    by: textOrNull,
    asset_id: textOrNull,
    finding_id: textOrNull,
    digest: textOrNull,
    change: refOrNull('Change'),
  }),
  shape('Incident', incidentFields, { chain: listOf('IncidentStep') }),
  page('Incident'),
  shape('Source', {
    id: text,
    tenant: text,
    format: text,
    scope: text,
    status: oneOf('fresh', 'stale', 'silent'),
    last_event_at: timeOrNull,
    last_received_at: timeOrNull,
    interval_seconds: numberOrNull,
    age_seconds: numberOrNull,
    records: count,
    recognised: count,
    findings: count,
    rejects: counts,
    watermark: timeOrNull,
  }),
  page('Source'),
  shape('Gate', {
    decision: oneOf('allow', 'warn', 'block'),
    reasons: texts,
    budget_remaining: numberOrNull,
    burn: ref('BurnRates'),
    expires_at: time,
  }),
  shape('Override', {
    id: text,
    state: oneOf('requested', 'in_force', 'withdrawn', 'expired'),
    reason: text,
    service: textOrNull,
    environment: textOrNull,
    change_kind: textOrNull,
    requested_by: text,
    requested_at: time,
    approved_by: textOrNull,
    approved_at: timeOrNull,
    expires_at: time,
  }),
  page('Override'),
  shape('MaintenanceWindow', {
    id: text,
    state: oneOf('planned', 'in_force', 'over'),
    owner: text,
    reason: text,
    starts_at: time,
    ends_at: time,
    slis: { anyOf: [texts, { type: 'null' }] },
  }),
  page('MaintenanceWindow'),
  shape('Acknowledgement', { fact_id: text, subject_id: text, actor: text, at: time }),
  shape('Verdict', { fact_id: text, subject_id: text, verdict: text, reason: textOrNull, actor: text, at: time }),
  shape('Assignment', { fact_id: text, subject_id: text, assignee: text, actor: text, at: time }),
  shape('Action', { fact_id: text, subject_id: text, action: text, actor: text, at: time }),
  shape('Plan', {
    id: text,
    kind: oneOf('accept_risk', 'propose_fix'),
    subject_id: text,
    tenant: text,
    team: text,
    difference: text,
    blast_radius: text,
    parameters: { type: 'object', additionalProperties: text },
    digest: text,
    nonce: text,
    requester: text,
    requested_at: time,
    expires_at: time,
    state: oneOf('waiting', 'approved', 'running', 'denied', 'expired', 'void', 'done', 'failed'),
    reason: textOrNull,
    decided_by: textOrNull,
    href: textOrNull,
  }),
  page('Plan'),
  shape('Declaration', { fact_id: text, incident_id: text, step: text, actor: text, at: time }),
  shape('Exercise', {
    id: text,
    at: time,
    within_seconds: number,
    over: flag,
    recall: ratioOrNull,
    techniques: {
      type: 'array',
      items: {
        type: 'object',
        required: ['technique', 'detected_at', 'seconds', 'finding_id'],
        properties: { technique: text, detected_at: timeOrNull, seconds: numberOrNull, finding_id: textOrNull },
      },
    },
  }),
  shape('Policy', {
    name: text,
    version: text,
    owner: text,
    description: textOrNull,
    mode: oneOf('audit', 'warn', 'block'),
    over: oneOf('asset', 'finding', 'change'),
    when: text,
    effect: text,
    examples: count,
    evaluations: counts,
    loaded_at: time,
  }),
  shape('PolicyList', { items: listOf('Policy'), refusal: textOrNull }),
  shape('PolicyEvaluation', {
    at: time,
    policy: text,
    version: text,
    mode: oneOf('audit', 'warn', 'block'),
    subject: text,
    outcome: oneOf('match', 'no_match', 'error'),
    message: textOrNull,
  }),
  page('PolicyEvaluation'),
  shape('WebhookResult', { accepted: count, ignored: count }),
  shape('ImportResult', { records: count, rejected: count, message: textOrNull, from: timeOrNull, to: timeOrNull }),
  shape('Health', { status: oneOf('ok') }),
  shape('Problem', { type: text, title: text, status: count, code: text }, { detail: text }),
];

const problem = {
  description: 'RFC 9457 problem document',
  content: { 'application/problem+json': { schema: ref('Problem') } },
};

/** The `response` part of a route's schema: one good answer, problems otherwise. */
export function answers(id: string, status = 200): Record<string, JsonSchema> {
  return { [status]: { description: id, ...ref(id) }, default: problem };
}

/** As `answers`, for a bare array. */
export function answersArray(id: string): Record<string, JsonSchema> {
  return { 200: { description: `${id}s`, ...listOf(id) }, default: problem };
}

/** Hand-made values for the tests of routes and pages: a small company on a bad morning. */
import type {
  AssetJson,
  ChangeJson,
  ClockJson,
  ClocksJson,
  EpisodeJson,
  FindingJson,
  IncidentJson,
  Severity,
  SourceJson,
} from '@cnapp-slo/model';

/** All times hang on this instant. */
export const nowMs = Date.parse('2026-03-10T09:30:00Z');
export const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString();
const iso = (ms: number): string => new Date(ms).toISOString();
export const day = 24 * 60;

export const clock = (at: string, source: string, rest: Partial<ClockJson> = {}): ClockJson => ({
  at,
  source,
  precision: 'exact',
  ...rest,
});

export const change: ChangeJson = {
  id: 'c_7f21',
  kind: 'api',
  action: 'aws:s3:PutBucketPolicy',
  title: 'PutBucketPolicy on customer-exports',
  at: ago(46),
  actor: 'arn:aws:sts::111122223333:assumed-role/deploy/ci',
  actor_kind: 'automation',
  outcome: 'success',
  asset_ids: ['arn:aws:s3:::customer-exports'],
  repository: 'github.com/acme/infra',
  revision: '4be1f2a90c1d4cf0a7be1f2a90c1d4cf0a7be1f2',
  pipeline_url: 'https://github.com/acme/infra/actions/runs/991',
  links: [{ rel: 'commit', href: 'https://github.com/acme/infra/commit/4be1f2a' }],
};
export const fix: ChangeJson = {
  ...change,
  id: 'c_8a02',
  title: 'Revert public policy',
  at: ago(12),
  revision: '91d00c3f',
};

export const storyClocks: ClocksJson = {
  t_change: clock(ago(46), 'cloudtrail', { received_at: ago(41) }),
  t_observable: clock(ago(41), 'receipt'),
  t_detect: clock(ago(36), 'prowler', { received_at: ago(35.5) }),
  t_alert: clock(ago(35), 'alertmanager', { precision: 'inferred' }),
  t_ack: clock(ago(30), 'api'),
  t_remediate: clock(ago(12), 'cloudtrail'),
  t_verify: clock(ago(6), 'prowler', { precision: 'bounded', lo: ago(12), hi: ago(6) }),
};

const episode = (findingId: string, fields: Partial<EpisodeJson> = {}): EpisodeJson => ({
  id: `${findingId}.1`,
  finding_id: findingId,
  seq: 1,
  state: 'open',
  close_reason: null,
  trigger: 'asset_change',
  cohort: 'normal',
  origin: 'live',
  severity: 'high',
  clocks: { t_detect: clock(ago(300), 'trivy') },
  flaps: 0,
  durable: true,
  verdict: null,
  segments: [{ name: 'source_lag', seconds: 240, precision: 'exact' }],
  deadline_at: iso(nowMs + 6 * day * 60_000),
  change: null,
  candidate_change_ids: [],
  fix_change: null,
  incident_id: null,
  trace_ids: [],
  ...fields,
});

function finding(
  id: string,
  severity: Severity,
  title: string,
  asset: string,
  team: string,
  openMinutes: number | null,
  rest: Partial<FindingJson> = {},
): FindingJson {
  return {
    id,
    tenant: 'default',
    detector: 'prowler',
    detector_class: 'posture',
    rule: 's3_bucket_public_access',
    title,
    severity,
    state: 'open',
    asset_id: asset,
    asset_name: asset.split(/[:/]/).at(-1) ?? asset,
    asset_kind: 's3_bucket',
    team,
    environment: 'production',
    criticality: 'c1',
    provider: 'aws',
    account: '111122223333',
    discriminator: null,
    first_detected_at: ago(openMinutes ?? 36),
    last_seen_at: ago(3),
    open_seconds: openMinutes === null ? null : openMinutes * 60,
    labels: [],
    controls: {},
    ...rest,
  };
}

/** A name that an attacker chose. */
export const hostileName = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';

const story = finding(
  'f_story',
  'critical',
  'S3 bucket is open to the public',
  'arn:aws:s3:::customer-exports',
  'payments',
  null,
  {
    state: 'closed',
    criticality: 'c0',
    episodes: [
      episode('f_story', {
        state: 'closed',
        close_reason: 'remediated_verified',
        severity: 'critical',
        clocks: storyClocks,
        segments: [],
        deadline_at: iso(nowMs + (day - 35) * 60_000),
        change,
        candidate_change_ids: [change.id],
        fix_change: fix,
        incident_id: 'i_1',
        trace_ids: ['4bf92f3577b34da6a3ce929d0e0e4736'],
        verdict: 'tp',
      }),
    ],
    evidence: { 'policy.principal': '*', 'policy.action': 's3:GetObject', public: true, statements: 2 },
    remediation: 'Remove the statement that grants to everybody, and turn on Block Public Access.',
    links: [
      { rel: 'console', href: 'https://console.aws.amazon.com/s3/buckets/customer-exports' },
      { rel: 'advisory', href: 'javascript:alert(3)' },
    ],
    actions: [{ rel: 'runbook', href: 'https://runbooks.example.com/s3-public' }],
  },
);

const k8s = { provider: 'kubernetes', account: null, detector: 'trivy', asset_kind: 'deployment' };
export const findings: readonly FindingJson[] = [
  story,
  finding(
    'f_cve',
    'critical',
    'CVE-2026-1204 in openssl 3.0.11',
    'k8s:prod-eu/shop/deployment/checkout',
    'checkout',
    95,
    {
      ...k8s,
      detector_class: 'vulnerability',
      rule: 'CVE-2026-1204',
      criticality: 'c0',
    },
  ),
  finding('f_iam', 'high', 'Role can pass any role', 'arn:aws:iam::111122223333:role/etl', 'data-platform', 3 * day, {
    asset_kind: 'iam_role',
    state: 'acked',
  }),
  finding(
    'f_drift',
    'medium',
    'Security group differs from Terraform',
    'arn:aws:ec2:eu-west-1:1:security-group/sg-0a1',
    'network',
    610,
    {
      detector: 'driftctl',
      detector_class: 'drift',
    },
  ),
  finding('f_hostile', 'high', `Bucket ${hostileName}`, `arn:aws:s3:::${hostileName}`, hostileName, 25, {
    evidence: { [hostileName]: hostileName },
    remediation: hostileName,
    environment: hostileName,
    episodes: [
      episode('f_hostile', {
        clocks: { t_detect: clock(ago(25), hostileName) },
        change: { ...change, title: hostileName, actor: hostileName, revision: hostileName },
      }),
    ],
  }),
  finding('f_old', 'high', 'Unencrypted volume', 'arn:aws:ec2:eu-west-1:1:volume/vol-77', 'unowned', 34 * day, {
    environment: null,
    state: 'unknown',
  }),
];

export const incidents: readonly IncidentJson[] = [
  {
    id: 'i_1',
    tenant: 'default',
    title: 'Customer exports readable by everybody',
    severity: 'critical',
    state: 'resolved',
    team: 'payments',
    started_at: ago(36),
    alerted_at: ago(35),
    acknowledged_at: ago(30),
    resolved_at: ago(6),
    episode_ids: ['f_story.1'],
    asset_ids: ['arn:aws:s3:::customer-exports'],
    workloads: [],
    digests: [],
    confidence: null,
    members: [],
  },
  {
    id: 'i_2',
    tenant: 'default',
    title: 'Exploitable OpenSSL in checkout',
    severity: 'critical',
    state: 'firing',
    team: 'checkout',
    started_at: ago(95),
    alerted_at: ago(94),
    acknowledged_at: null,
    resolved_at: null,
    episode_ids: ['f_cve.1'],
    asset_ids: ['k8s:prod-eu/shop/deployment/checkout'],
    workloads: [],
    digests: [],
    confidence: null,
    members: [],
  },
];

export const assets: readonly AssetJson[] = [
  {
    id: 'arn:aws:s3:::customer-exports',
    tenant: 'default',
    kind: 's3_bucket',
    provider: 'aws',
    name: 'customer-exports',
    account: '111122223333',
    region: 'eu-west-1',
    cluster: null,
    namespace: null,
    team: 'payments',
    environment: 'production',
    service: 'exports',
    criticality: 'c0',
    criticality_reason: 'said by a tag',
    team_reason: 'said by a tag',
    exposure: null,
    data_class: null,
    scaled_by: null,
    deleted_cause: null,
    iac: { repository: 'github.com/acme/infra', path: 's3/exports.tf' },
    first_seen_at: ago(200 * day),
    last_seen_at: ago(6),
    deleted_at: null,
    open_findings: 0,
  },
];

function source(
  id: string,
  status: SourceJson['status'],
  ageMinutes: number | null,
  rest: Partial<SourceJson> = {},
): SourceJson {
  const [format = '', scope = ''] = id.split('/');
  return {
    id,
    tenant: 'default',
    format,
    scope,
    status,
    last_event_at: ageMinutes === null ? null : ago(ageMinutes),
    last_received_at: ageMinutes === null ? null : ago(ageMinutes - 0.2),
    interval_seconds: 300,
    age_seconds: ageMinutes === null ? null : ageMinutes * 60,
    records: 18_204,
    recognised: 18_190,
    bytes: 40_000_000,
    findings: 312,
    rejects: {},
    watermark: ageMinutes === null ? null : ago(ageMinutes + 30),
    ...rest,
  };
}

export const sources: readonly SourceJson[] = [
  source('cloudtrail/111122223333', 'fresh', 1.2, { records: 1_204_118, recognised: 1_204_118, findings: 0 }),
  source('prowler-ocsf/111122223333', 'fresh', 6, { interval_seconds: 1800 }),
  source('trivy-operator/prod-eu', 'fresh', 2, { rejects: { 'trivy-operator.schema': 14 } }),
  source('k8s-audit/prod-eu', 'stale', 22, { interval_seconds: 60, findings: 0 }),
  source('falco/prod-us', 'silent', null, { records: 0, recognised: 0, findings: 0, interval_seconds: null }),
];

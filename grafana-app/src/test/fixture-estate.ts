// Test data only: a small company's findings, made from a seed, in the shapes of the API.
import type {
  ChangeJson,
  ClockJson,
  ClocksJson,
  EpisodeJson,
  ExplainItem,
  ExplainRole,
  FindingJson,
  Severity,
} from '@cnapp-slo/model';

/** Mulberry32: the same numbers on every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Rule {
  rule: string;
  title: string;
  detector: string;
  detectorClass: string;
  severity: Severity;
  kind: string;
  provider: string;
  action: string;
}

const rules: readonly Rule[] = [
  {
    rule: 's3_bucket_public_access',
    title: 'S3 bucket allows public access',
    detector: 'prowler',
    detectorClass: 'posture',
    severity: 'critical',
    kind: 'storage.bucket',
    provider: 'aws',
    action: 'aws:s3:PutBucketPolicy',
  },
  {
    rule: 'ec2_securitygroup_allow_ingress_from_internet_to_port_22',
    title: 'Security group opens SSH to the internet',
    detector: 'prowler',
    detectorClass: 'posture',
    severity: 'high',
    kind: 'network.security_group',
    provider: 'aws',
    action: 'aws:ec2:AuthorizeSecurityGroupIngress',
  },
  {
    rule: 'iam_policy_allows_privilege_escalation',
    title: 'Policy allows privilege escalation',
    detector: 'security_hub',
    detectorClass: 'identity_config',
    severity: 'critical',
    kind: 'identity.policy',
    provider: 'aws',
    action: 'aws:iam:PutRolePolicy',
  },
  {
    rule: 'KSV017',
    title: 'Privileged container',
    detector: 'trivy',
    detectorClass: 'posture',
    severity: 'high',
    kind: 'k8s.workload',
    provider: 'kubernetes',
    action: 'k8s:apps:patch:deployments',
  },
];

const services = [
  { service: 'checkout', team: 'payments', criticality: 'c0', environment: 'production' },
  { service: 'ledger', team: 'payments', criticality: 'c0', environment: 'production' },
  { service: 'search', team: 'discovery', criticality: 'c1', environment: 'production' },
  { service: 'media', team: 'content', criticality: 'c2', environment: 'production' },
  { service: 'reports', team: 'data-platform', criticality: 'c2', environment: 'staging' },
  { service: 'legacy-export', team: 'unowned', criticality: 'c3', environment: 'production' },
] as const;

/** One episode and what the SLI pages and the finding page show of it. */
export interface Case {
  finding: FindingJson;
  episode: EpisodeJson;
  change: ChangeJson;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (ms: number) => new Date(ms).toISOString();
const clock = (ms: number, source: string, precision: ClockJson['precision'] = 'exact'): ClockJson => ({
  at: iso(ms),
  source,
  precision,
  ...(precision === 'bounded' ? { lo: iso(ms - 6 * HOUR), hi: iso(ms) } : {}),
  received_at: iso(ms + 4_000),
});

/** Episodes over the 28 days before `nowMs`, newest first. */
export function makeCases(nowMs: number, count = 140): Case[] {
  const random = randomFrom(7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const rule = pick(rules);
    const owner = pick(services);
    const changeMs = nowMs - (index / count) * 28 * DAY - random() * 2 * HOUR - 20 * MINUTE;
    const detectMs = changeMs + (random() < 0.12 ? 70 + random() * 300 : 4 + random() * 45) * MINUTE;
    const alertMs = detectMs + (0.5 + random() * 2) * MINUTE;
    const verifyMs = alertMs + (random() < 0.15 ? 26 + random() * 60 : 1 + random() * 14) * HOUR;
    const isClosed = verifyMs < nowMs;
    const isBounded = random() < 0.2;
    const clocks: ClocksJson = {
      t_change: clock(changeMs, isBounded ? 'prowler' : 'cloudtrail', isBounded ? 'bounded' : 'exact'),
      t_observable: clock(Math.min(changeMs + 2 * MINUTE, detectMs), 'receipt'),
      t_detect: clock(detectMs, rule.detector),
      ...(alertMs < nowMs ? { t_alert: clock(alertMs, 'alertmanager', 'inferred') } : {}),
      ...(isClosed || random() < 0.5 ? { t_ack: clock(Math.min(alertMs + 9 * MINUTE, nowMs), 'api') } : {}),
      ...(isClosed
        ? {
            t_remediate: clock(verifyMs - 25 * MINUTE, 'cloudtrail'),
            t_verify: clock(verifyMs, rule.detector),
            t_close: clock(verifyMs, 'engine'),
          }
        : {}),
    };
    const id = `f_${(index + 1).toString(16).padStart(12, '0')}`;
    const assetName = `${owner.service}-${pick(['assets', 'uploads', 'api', 'worker', 'exports'])}`;
    const change: ChangeJson = {
      id: `c_${index}`,
      kind: 'api',
      action: rule.action,
      title: `${rule.action.split(':').at(-1)} on ${assetName}`,
      at: iso(changeMs),
      actor: pick(['arn:aws:iam::111122223333:role/terraform', 'arn:aws:iam::111122223333:user/jo.mills']),
      actor_kind: 'automation',
      outcome: 'success',
      asset_ids: [`aws:${rule.kind}:${assetName}`],
      repository: 'github.com/acme/infrastructure',
      revision: '9f2c1ab0d4e5f6a7b8c9d0e1f2a3b4c5d6e7f809',
      pipeline_url: 'https://github.com/acme/infrastructure/actions/runs/811',
      links: [{ rel: 'commit', href: 'https://github.com/acme/infrastructure/commit/9f2c1ab' }],
    };
    const episode: EpisodeJson = {
      id: `${id}.1`,
      finding_id: id,
      seq: 1,
      state: isClosed ? 'closed' : clocks.t_ack ? 'acked' : 'open',
      close_reason: isClosed ? 'remediated_verified' : null,
      trigger: 'asset_change',
      cohort: 'normal',
      origin: 'live',
      severity: rule.severity,
      clocks,
      flaps: index % 17 === 0 ? 1 : 0,
      durable: true,
      verdict: index % 31 === 5 ? 'fp' : null,
      segments: [],
      deadline_at: iso(alertMs + (rule.severity === 'critical' ? DAY : 7 * DAY)),
      change,
      candidate_change_ids: [change.id],
      fix_change: isClosed
        ? { ...change, id: `${change.id}_fix`, title: `Revert ${change.title}`, at: iso(verifyMs - 25 * MINUTE) }
        : null,
      incident_id: null,
      trace_ids: [],
    };
    const finding: FindingJson = {
      id,
      tenant: 'default',
      detector: rule.detector,
      detector_class: rule.detectorClass,
      rule: rule.rule,
      title: rule.title,
      severity: rule.severity,
      state: episode.state,
      asset_id: change.asset_ids[0] ?? '',
      asset_name: assetName,
      asset_kind: rule.kind,
      team: owner.team,
      environment: owner.environment,
      criticality: owner.criticality,
      provider: rule.provider,
      account: '111122223333',
      discriminator: null,
      first_detected_at: iso(detectMs),
      last_seen_at: iso(isClosed ? verifyMs : nowMs - 3 * MINUTE),
      open_seconds: isClosed ? null : (nowMs - detectMs) / 1000,
      labels: [],
      controls: {},
      episodes: [episode],
      evidence: { block_public_policy: false, principal: '*', statements: 2 },
      remediation: 'Turn on Block Public Access for the bucket, or narrow the policy’s principal.',
      links: [{ rel: 'console', href: 'https://console.aws.amazon.com/s3/home' }],
      actions: [],
    };
    return { finding, episode, change };
  });
}

const seconds = (from: ClockJson | undefined, to: ClockJson | undefined) =>
  from && to ? (Date.parse(to.at) - Date.parse(from.at)) / 1000 : null;

/** The role that an episode plays in an SLI, decided as simply as the pages need it. */
export function memberOf(sli: string, { finding, episode }: Case): ExplainItem {
  const { clocks } = episode;
  const start = sli === 'mttr' ? clocks.t_alert : (clocks.t_change ?? clocks.t_detect);
  const stop = sli === 'mttr' ? clocks.t_verify : clocks.t_detect;
  const duration = seconds(start, stop);
  const limit = sli === 'mttr' ? (episode.severity === 'critical' ? 86_400 : 604_800) : 3_600;
  const [role, reason]: [ExplainRole, string | null] =
    episode.verdict === 'fp'
      ? ['excluded', 'false_positive']
      : duration === null
        ? ['pending', 'deadline_ahead']
        : [duration <= limit ? 'good' : 'bad', null];
  return {
    episode_id: episode.id,
    role,
    reason,
    clocks,
    duration_seconds: duration,
    finding_id: finding.id,
    title: finding.title,
    asset_id: finding.asset_id,
    severity: episode.severity,
    team: finding.team,
  };
}

import type { Observation } from '../domain/observation.ts';

/** What a record tells, for accounting and sampling. The first group is never dropped. */
export type EventClass =
  | 'finding'
  | 'alert'
  | 'iam_write'
  | 'k8s_write'
  | 'authentication'
  | 'canary'
  | 'response_audit'
  | 'cloud_write'
  | 'audit_read'
  | 'delivery'
  | 'inventory'
  | 'heartbeat'
  | 'network'
  | 'process'
  | 'log'
  | 'span'
  | 'metric';

/** SAMPLING.md 1.3: a security keep always wins over any drop rule. */
export const NEVER_DROP: ReadonlySet<string> = new Set<EventClass>([
  'finding',
  'alert',
  'iam_write',
  'k8s_write',
  'authentication',
  'canary',
  'response_audit',
]);

/** Who somebody is or what they may do, in the words of the clouds, Kubernetes, GitHub and identity providers. */
const IAM_WRITE =
  /^(?:aws:(?:iam|sso|sso-directory|identitystore|organizations|kms)\b|gcp:.*(?:SetIamPolicy|iam\.)|azure:microsoft\.authorization\/|azure:.*roleassignment|okta:(?:user\.(?:lifecycle|account)|group|application\.user_membership|policy|zone|system\.api_token)|github:(?:org|team|repo)\.(?:add|remove|update)_?member)/i;
const AUTHENTICATION =
  /^(?:aws:signin\b|aws:sts:(?:AssumeRole|GetFederationToken|GetSessionToken)|okta:(?:user\.session|user\.authentication|policy\.evaluate)|azure:.*sign-?in)|\b(?:ConsoleLogin|login|logon|authenticat)/i;

const NETWORK = new Set(['vpc-flow', 'zeek', 'suricata']);
const PROCESS = new Set(['tetragon', 'osquery', 'falco', 'wazuh']);

/**
 * The class of a document by what was observed in it, of several the one that must be kept. `format` is the source's;
 * for plain telemetry it is `otlp-logs`, `otlp-traces` or `otlp-metrics`.
 */
export function eventClassOf(format: string, observations: readonly Observation[], isExercise = false): EventClass {
  if (isExercise) return 'canary';
  if (format.startsWith('notify-')) return 'response_audit';
  const classes = observations.map((observation) => classOf(observation, format));
  return classes.find((one) => NEVER_DROP.has(one)) ?? classes[0] ?? plainClass(format);
}

function classOf(observation: Observation, format: string): EventClass {
  switch (observation.kind) {
    case 'finding':
      return observation.detectorClass === 'runtime' || observation.detectorClass === 'identity' ? 'alert' : 'finding';
    case 'scan':
    case 'gate':
    case 'sbom':
      // Without a scan's end nothing closes by absence, without a gate nobody knows what it let through.
      return 'finding';
    case 'change':
      if (AUTHENTICATION.test(observation.action)) return 'authentication';
      if (IAM_WRITE.test(observation.action)) return 'iam_write';
      if (observation.action.startsWith('k8s:')) return 'k8s_write';
      return observation.changeKind === 'api' ? 'cloud_write' : 'delivery';
    case 'activity':
      if (AUTHENTICATION.test(observation.action)) return 'authentication';
      return NETWORK.has(format) ? 'network' : PROCESS.has(format) ? 'process' : 'audit_read';
    case 'asset':
      return 'inventory';
    case 'heartbeat':
      return 'heartbeat';
  }
}

function plainClass(format: string): EventClass {
  if (format === 'otlp-traces') return 'span';
  if (format === 'otlp-metrics') return 'metric';
  return NETWORK.has(format) ? 'network' : PROCESS.has(format) ? 'process' : 'log';
}

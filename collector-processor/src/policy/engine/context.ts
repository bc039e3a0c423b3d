import type { Asset, ChangeObservation, Finding } from '@cnapp-slo/model';

/** What an expression can read. Every field is there; what is not known is null. */
export interface PolicyContext {
  asset: Readonly<Record<string, unknown>>;
  finding: Readonly<Record<string, unknown>>;
  change: Readonly<Record<string, unknown>>;
}

const ASSET = {
  id: null,
  kind: null,
  provider: null,
  name: null,
  account: null,
  region: null,
  cluster: null,
  namespace: null,
  team: null,
  environment: null,
  service: null,
  criticality: null,
  exposure: null,
  data_class: null,
  scaled_by: null,
  repository: null,
};

const FINDING = {
  detector: null,
  detector_class: null,
  rule: null,
  title: null,
  severity: null,
  discriminator: null,
  confidence: null,
  techniques: [],
  evidence: {},
};

const CHANGE = {
  action: null,
  kind: null,
  actor: null,
  actor_kind: null,
  outcome: null,
  service: null,
  environment: null,
  repository: null,
  revision: null,
  pipeline: null,
  fields: [],
};

export const CONTEXTS = { asset: ASSET, finding: FINDING, change: CHANGE } as const;
export const NOTHING: PolicyContext = { asset: ASSET, finding: FINDING, change: CHANGE };

/** `criticality` as sources say it: a policy derives it for those of which none does. */
export function ofAsset({ ref, team, context }: Asset): PolicyContext['asset'] {
  return {
    id: ref.id,
    kind: ref.kind,
    provider: ref.provider,
    name: ref.name ?? null,
    account: ref.account ?? null,
    region: ref.region ?? null,
    cluster: ref.cluster ?? null,
    namespace: ref.namespace ?? null,
    team,
    environment: context.environment ?? null,
    service: context.service ?? null,
    criticality: context.criticality ?? null,
    exposure: context.exposure ?? null,
    data_class: context.dataClass ?? null,
    scaled_by: context.scaledBy ?? null,
    repository: context.iac?.repository ?? null,
  };
}

export function ofFinding(finding: Finding): PolicyContext['finding'] {
  return {
    detector: finding.detector,
    detector_class: finding.detectorClass,
    rule: finding.rule,
    title: finding.title,
    severity: finding.severity,
    discriminator: finding.discriminator ?? null,
    confidence: finding.confidence ?? null,
    techniques: finding.techniques ?? [],
    evidence: finding.evidence ?? {},
  };
}

export function ofChange(change: ChangeObservation): PolicyContext['change'] {
  return {
    action: change.action,
    kind: change.changeKind,
    actor: change.actor.id,
    actor_kind: change.actor.kind,
    outcome: change.outcome,
    service: change.service ?? null,
    environment: change.environment ?? null,
    repository: change.vcs?.repository ?? null,
    revision: change.vcs?.revision ?? null,
    pipeline: change.pipeline?.name ?? change.pipeline?.runId ?? null,
    fields: change.fields ?? [],
  };
}

import type { Decoded, DriftKind, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { repositoryAsset, terraformAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, finding, reject } from '../observe.ts';
import { bool, evidence, isObject, num, obj, objects, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';
import { changedAttributes } from './changed.ts';

/** Plans as `terraform show -json` writes them, and the `-json` log of plan and apply. Source: developer.hashicorp.com/terraform/internals/json-format and machine-readable-ui. */
export const terraformPlan: FormatAdapter = {
  id: 'terraform-plan',
  stability: 'beta',
  matches: (doc) => isObject(doc) && (isPlan(doc) || isLogLine(doc)),
  decode,
};

function isPlan(doc: JsonObject): boolean {
  return 'format_version' in doc && ('resource_changes' in doc || 'planned_values' in doc || 'resource_drift' in doc);
}

/** Source: developer.hashicorp.com/terraform/internals/machine-readable-ui. */
const LOG_TYPES =
  /^(version|log|diagnostic|resource_drift|planned_change|change_summary|outputs|(apply|provision|refresh)_(start|progress|complete|errored)|test_\w+)$/;

function isLogLine(doc: JsonObject): boolean {
  return (
    '@level' in doc &&
    typeof doc.type === 'string' &&
    (/^(terraform|tofu)\.ui$/.test(str(doc, '@module') ?? '') || '@message' in doc || LOG_TYPES.test(doc.type))
  );
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('terraform-plan.schema', 'not an object');
  return isPlan(doc) ? decodePlan(doc, envelope) : decodeLogLine(doc, envelope);
}

/**
 * Drift is what the refresh found changed; a resource that was compared and needs nothing is in sync. A plan that was cut down to targets or failed proves nothing
 * about the rest, so its scan is incomplete and it passes nothing.
 */
function decodePlan(plan: JsonObject, envelope: Envelope): Decoded {
  const atMs = eventTime(envelope, plan.timestamp);
  const scope = `terraform/${scopeOf(envelope)}`;
  const scanId = contentId([
    scope,
    atMs,
    str(plan, 'terraform_version') ?? null,
    objects(plan, 'resource_changes').length,
  ]);
  const complete = bool(plan, 'complete') !== false && bool(plan, 'errored') !== true;
  const drifted = new Set<string>();
  const observations: Observation[] = [];
  const common = {
    detector: 'terraform',
    detectorClass: 'drift' as const,
    rule: 'terraform_drift',
    atMs,
    scope,
    scanId,
  };
  for (const resource of objects(plan, 'resource_drift')) {
    const actions = strings(resource, 'change', 'actions');
    if (!isManaged(resource) || actions.every((action) => action === 'no-op' || action === 'read')) continue;
    drifted.add(str(resource, 'address') ?? '_');
    const kind: DriftKind = actions.includes('delete') && !actions.includes('create') ? 'missing' : 'modified';
    const changed = changedAttributes(resource);
    observations.push(
      finding({
        ...common,
        title: `${str(resource, 'address') ?? 'resource'} differs from its state`,
        asset: assetOf(resource, envelope),
        verdict: 'fail',
        severity: 'medium',
        drift: { kind, changed },
        ...evidence({ address: str(resource, 'address'), changed: changed.join(', ') }),
      }),
    );
  }
  for (const resource of objects(plan, 'resource_changes')) {
    const actions = strings(resource, 'change', 'actions');
    const address = str(resource, 'address') ?? '_';
    if (!isManaged(resource) || actions.length === 0) continue;
    const inSync = actions.every((action) => action === 'no-op');
    if (inSync && complete && !drifted.has(address)) {
      observations.push(
        finding({
          ...common,
          title: `${address} is in sync`,
          asset: assetOf(resource, envelope),
          verdict: 'pass',
          severity: 'medium',
          ...evidence({ address }),
        }),
      );
    }
    if (!inSync && !actions.every((action) => action === 'read'))
      observations.push(plannedChange(resource, actions, scanId, atMs, envelope));
  }
  observations.push({
    kind: 'scan',
    detector: 'terraform',
    detectorClass: 'drift',
    scope,
    scanId,
    atMs,
    complete,
    // A refresh-only plan lists only what drifted: what it lacks is in sync.
    absenceCloses: complete,
    ...(complete ? {} : { error: bool(plan, 'errored') === true ? 'the plan failed' : 'the plan is partial' }),
  });
  return accept(...observations);
}

/** What the plan would do. It has not happened: its outcome is unknown until an apply says so. */
function plannedChange(
  resource: JsonObject,
  actions: string[],
  planId: string,
  atMs: number,
  envelope: Envelope,
): Observation {
  const address = str(resource, 'address') ?? '_';
  const action = actions.length > 1 ? 'replace' : (actions[0] ?? 'update');
  return change({
    nativeId: `${planId}:${address}`,
    changeKind: 'apply',
    action: `terraform:${str(resource, 'type') ?? 'resource'}:${action}`,
    atMs,
    assets: [assetOf(resource, envelope)],
    actor: actorOf('terraform', 'automation'),
    outcome: 'unknown',
    fields: changedAttributes(resource),
    title: `planned: ${action} ${address}`,
    ...vcsOf(envelope),
  });
}

/** A line of the log stream: drift that the refresh found, and what an apply did. */
function decodeLogLine(line: JsonObject, envelope: Envelope): Decoded {
  const type = str(line, 'type') ?? '';
  const atMs = eventTime(envelope, line['@timestamp']);
  const action = str(line, 'change', 'action') ?? str(line, 'hook', 'action');
  const resource = { ...obj(line, 'change', 'resource'), ...obj(line, 'hook', 'resource') };
  const address = str(resource, 'addr') ?? str(resource, 'resource');
  const idKey = str(line, 'hook', 'id_key');
  const idValue = str(line, 'hook', 'id_value');
  const attributes: JsonObject = idKey !== undefined && idValue !== undefined ? { [idKey]: idValue } : {};
  const asset = () =>
    terraformAsset(str(resource, 'resource_type') ?? 'resource', address ?? '_', attributes, envelope);
  // The refresh also reports what only moved to another address.
  if (type === 'resource_drift' && address !== undefined && !/^(noop|read|move|import)$/.test(action ?? '')) {
    return accept(
      finding({
        detector: 'terraform',
        detectorClass: 'drift',
        rule: 'terraform_drift',
        title: `${address} differs from its state`,
        asset: asset(),
        verdict: 'fail',
        severity: 'medium',
        atMs,
        scope: `terraform/${scopeOf(envelope)}`,
        drift: { kind: action === 'delete' ? 'missing' : 'modified' },
        ...evidence({ address }),
      }),
    );
  }
  if (
    (type === 'apply_complete' || type === 'apply_errored') &&
    address !== undefined &&
    action !== 'noop' &&
    action !== 'read'
  ) {
    return accept(
      change({
        nativeId: contentId([address, action ?? null, atMs]),
        changeKind: 'apply',
        action: `terraform:${str(resource, 'resource_type') ?? 'resource'}:${action ?? 'update'}`,
        atMs,
        assets: [asset()],
        actor: actorOf('terraform', 'automation'),
        outcome: type === 'apply_complete' ? 'success' : 'failure',
        title: `${action ?? 'apply'} ${address}`,
        ...vcsOf(envelope),
      }),
    );
  }
  if (type === 'change_summary') {
    return accept({
      kind: 'activity',
      action: `terraform:${str(line, 'changes', 'operation') ?? 'plan'}:${num(line, 'changes', 'change') ?? 0} changed`,
      atMs,
    });
  }
  return accept();
}

function isManaged(resource: JsonObject): boolean {
  return resource.mode === undefined || resource.mode === 'managed';
}

function assetOf(resource: JsonObject, envelope: Envelope): ReturnType<typeof terraformAsset> {
  const before = obj(resource, 'change', 'before');
  const attributes = Object.keys(before).length > 0 ? before : obj(resource, 'change', 'after');
  return terraformAsset(str(resource, 'type') ?? 'resource', str(resource, 'address') ?? '_', attributes, envelope);
}

/** The workspace or repository that the plan is about; plans do not say. */
function scopeOf(envelope: Envelope): string {
  const read = (key: string): string | undefined => str(envelope.resource, key) ?? str(envelope.attributes, key);
  return (
    read('cnapp.scope') ?? read('terraform.workspace') ?? read('vcs.repository.url.full') ?? read('service.name') ?? '_'
  );
}

function vcsOf(envelope: Envelope): { vcs?: { repository: string; revision?: string } } {
  const read = (key: string): string | undefined => str(envelope.resource, key) ?? str(envelope.attributes, key);
  const repository = read('vcs.repository.url.full');
  const revision = read('vcs.ref.head.revision');
  return repository === undefined
    ? {}
    : { vcs: { repository: repositoryAsset(repository).id, ...(revision === undefined ? {} : { revision }) } };
}

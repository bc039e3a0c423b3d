import type {
  AssetContext,
  AssetObservation,
  AssetRef,
  Criticality,
  DataClass,
  Json,
  JsonObject,
  Observation,
  ScanObservation,
} from '@cnapp-slo/model';
import { isObject, str } from './read.ts';

/** An asset that an inventory lists. */
export function present(asset: AssetRef, atMs: number, context?: AssetContext): AssetObservation {
  return {
    kind: 'asset',
    asset,
    state: 'present',
    atMs,
    ...(context === undefined || Object.keys(context).length === 0 ? {} : { context }),
  };
}

export function deleted(asset: AssetRef, atMs: number, cause: string): AssetObservation {
  return { kind: 'asset', asset, state: 'deleted', atMs, cause };
}

/**
 * The run that listed them. `complete` only where the source proves that the whole scope was listed: pages, truncation, errors and limited readers do not.
 * It closes no findings by itself.
 */
export function inventoryScan(
  source: string,
  scope: string,
  scanId: string,
  atMs: number,
  complete: boolean,
  error?: string,
): ScanObservation {
  return {
    kind: 'scan',
    detector: source,
    detectorClass: 'posture',
    scope: `${source}/${scope}`,
    scanId,
    atMs,
    complete,
    absenceCloses: false,
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * What a run listed, with the run itself. Only for runs over everything of their scope, by what the source says: of a search
 * or a query that may have been narrowed, absence proves nothing.
 */
export function listing(observations: readonly Observation[], scan: ScanObservation): Observation[] {
  const { scope, scanId, atMs } = scan;
  const listed = observations.map((observation) =>
    observation.kind === 'asset' && observation.state === 'present'
      ? { ...observation, listed: { scope, scanId, atMs } }
      : observation,
  );
  return [...listed, scan];
}

const OWNER = ['owner', 'team', 'owned-by', 'squad', 'app.kubernetes.io/managed-by-team', 'backstage.io/owner'];
const ENVIRONMENT = ['environment', 'env', 'stage', 'deployment.environment.name'];
const SERVICE = [
  'service',
  'backstage.io/kubernetes-id',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/name',
  'application',
  'app',
];
/** Who changes the number of instances on its own, as clouds tag what belongs to it. */
const SCALED_BY = ['aws:autoscaling:groupname', 'karpenter.sh/nodepool', 'eks:nodegroup-name', 'aks-managed-poolname'];
const CRITICALITY = ['criticality', 'tier', 'business-criticality'];
const DATA_CLASS = ['data-classification', 'data_classification', 'dataclassification', 'data-class', 'data_class'];

const CRITICALITIES: readonly Criticality[] = ['c0', 'c1', 'c2', 'c3'];
const DATA_CLASSES: readonly DataClass[] = ['public', 'internal', 'confidential', 'restricted'];

/** What tags or labels say about owner, environment, service, criticality and data, by the names that people commonly use. */
export function contextOfTags(tags: Json | undefined): AssetContext {
  const context: AssetContext = {};
  const byName = tagsByName(tags);
  if (byName.size === 0) return context;
  const first = (names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = byName.get(name);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  };
  const owner = first(OWNER);
  const environment = first(ENVIRONMENT);
  const service = first(SERVICE);
  if (owner !== undefined) context.owner = owner;
  if (environment !== undefined) context.environment = environment;
  if (service !== undefined) context.service = service;
  const scaledBy = first(SCALED_BY);
  if (scaledBy !== undefined) context.scaledBy = scaledBy;
  const criticality = first(CRITICALITY)?.toLowerCase();
  const level = CRITICALITIES.find((one) => one === criticality);
  if (level !== undefined) context.criticality = level;
  const dataClass = first(DATA_CLASS)?.toLowerCase();
  const known = DATA_CLASSES.find((one) => one === dataClass);
  if (known !== undefined) context.dataClass = known;
  return context;
}

function tagsByName(tags: Json | undefined): Map<string, string> {
  const byName = new Map<string, string>();
  if (Array.isArray(tags)) {
    for (const tag of tags) {
      if (isObject(tag)) {
        const key = str(tag, 'Key') ?? str(tag, 'key') ?? str(tag, 'TagKey');
        const value = str(tag, 'Value') ?? str(tag, 'value') ?? str(tag, 'TagValue');
        if (key !== undefined && value !== undefined) byName.set(key.toLowerCase(), value);
      } else if (typeof tag === 'string') {
        // OCSF and Prowler write labels as text.
        const [, key, value] = /^([^:=]+)[:=](.+)$/.exec(tag) ?? [];
        if (key !== undefined && value !== undefined) byName.set(key.trim().toLowerCase(), value.trim());
      }
    }
  } else if (isObject(tags)) {
    for (const [key, value] of Object.entries(tags))
      if (typeof value === 'string') byName.set(key.toLowerCase(), value);
  }
  return byName;
}

/** The object's own JSON, for fields that come as an object or as JSON text. */
export function embedded(value: Json | undefined): JsonObject {
  if (isObject(value)) return value;
  if (typeof value !== 'string') return {};
  try {
    const parsed = JSON.parse(value) as Json;
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The same as a field of a finding, absent where the tags say nothing. */
export function taggedWith(tags: Json | undefined): { context?: AssetContext } {
  const context = contextOfTags(tags);
  return Object.keys(context).length === 0 ? {} : { context };
}

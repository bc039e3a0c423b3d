import type { AssetRef, DetectorClass, Severity } from '@cnapp-slo/model';
import { CLASS_OF, type OcsfObject } from './classes.ts';

const SCHEMA_VERSION = '1.8.0';
const FINDINGS_CATEGORY = 2;
/** Whom our events name as product; the decoder knows them by it. */
const PRODUCT = 'cnapp-slo';

/** [id, caption], as OCSF pairs them. */
export type Coded = readonly [number, string];

const SEVERITY: Record<Severity, Coded> = {
  unknown: [0, 'Unknown'],
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

const CLOUD_PROVIDERS: Partial<Record<AssetRef['provider'], string>> = {
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'GCP',
  oci: 'OCI',
};

export interface EventHead {
  detectorClass: DetectorClass;
  activity: Coded;
  status: Coded;
  severity: Severity;
  /** Epoch ms. */
  atMs: number;
  title: string;
  asset: AssetRef;
  /** `metadata` beyond version, product and profiles. */
  metadata: OcsfObject;
}

export interface OcsfHead extends OcsfObject {
  class_uid: number;
  class_name: string;
  metadata: OcsfObject;
}

/** What every finding class has, `cloud` with its profile where the asset is in a cloud. */
export function eventOf({
  detectorClass,
  activity,
  status,
  severity,
  atMs,
  title,
  asset,
  metadata,
}: EventHead): OcsfHead {
  const { uid: class_uid, name: class_name } = CLASS_OF[detectorClass];
  const cloud = cloudOf(asset);
  return {
    activity_id: activity[0],
    activity_name: activity[1],
    category_uid: FINDINGS_CATEGORY,
    category_name: 'Findings',
    class_uid,
    class_name,
    type_uid: class_uid * 100 + activity[0],
    type_name: `${class_name}: ${activity[1]}`,
    time: atMs,
    severity_id: SEVERITY[severity][0],
    severity: SEVERITY[severity][1],
    status_id: status[0],
    status: status[1],
    message: title,
    metadata: {
      version: SCHEMA_VERSION,
      product: { name: PRODUCT, vendor_name: PRODUCT },
      ...metadata,
      ...(cloud && { profiles: ['cloud'] }),
    },
    ...(cloud && { cloud }),
  };
}

/** The rule as the analytic, the detector as the product that found it. */
export function findingInfoOf(finding: {
  rule: string;
  title: string;
  detector: string;
  detectorClass: DetectorClass;
}): OcsfObject {
  return {
    title: finding.title,
    types: [finding.detectorClass],
    analytic: { type_id: 1, type: 'Rule', uid: finding.rule, name: finding.rule },
    product: { name: finding.detector },
  };
}

export function resourceOf({ id, kind, name, namespace }: AssetRef): OcsfObject {
  return {
    uid: id,
    type: kind,
    role_id: 3,
    role: 'Affected',
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
  };
}

/** The `cloud` object, whose profile then has to be declared; undefined for what is in no cloud. */
function cloudOf({ provider, account, region }: AssetRef): OcsfObject | undefined {
  const name = CLOUD_PROVIDERS[provider];
  if (name === undefined) return undefined;
  return {
    provider: name,
    ...(account !== undefined && { account: { uid: account } }),
    ...(region !== undefined && { region }),
  };
}

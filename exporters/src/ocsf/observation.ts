import type { FindingObservation, FindingVerdict } from '@cnapp-slo/model';
import { CLASS_OF, type ControlResult, type OcsfObject } from './classes.ts';
import { type Coded, eventOf, findingInfoOf, resourceOf } from './event.ts';

const STATUS: Record<FindingVerdict, Coded> = {
  fail: [1, 'New'],
  suppressed: [3, 'Suppressed'],
  pass: [4, 'Resolved'],
  not_applicable: [5, 'Archived'],
  error: [99, 'Other'],
};

const RESULT: Record<FindingVerdict, ControlResult> = {
  fail: 'fail',
  suppressed: 'fail',
  pass: 'pass',
  not_applicable: 'unknown',
  error: 'warning',
};

/** The members that every encoded finding has; the others depend on its class. */
export interface OcsfFinding extends OcsfObject {
  class_uid: number;
  class_name: string;
  metadata: OcsfObject;
  finding_info: OcsfObject;
  resources: OcsfObject[];
  unmapped: OcsfObject;
}

/**
 * One verdict of a detector as an OCSF 1.8.0 finding of the class that its detector class has. What OCSF has no place for is under `unmapped.cnapp`, so
 * that the OCSF format reads the same observation back: `decode(encode(x)) = x`. Times are epoch ms. Pure.
 */
export function ocsfObservation(finding: FindingObservation): OcsfFinding {
  const { kind: _, rule, title, asset, severity, atMs, nativeId, detector, detectorClass, verdict, ...rest } = finding;
  const { techniques, evidence, remediation, ...unmapped } = rest;
  const closed = verdict === 'pass' || verdict === 'not_applicable';
  const { id: _id, kind: _kind, name: _name, namespace: _namespace, ...place } = asset;
  return {
    ...eventOf({
      detectorClass,
      activity: closed ? [3, 'Close'] : [1, 'Create'],
      status: STATUS[verdict],
      severity,
      atMs,
      title,
      asset,
      metadata: {},
    }),
    finding_info: {
      uid: nativeId ?? [detector, rule, asset.id, finding.discriminator ?? ''].join('|'),
      ...findingInfoOf({ rule, title, detector, detectorClass }),
      ...(techniques !== undefined && { attacks: techniques.map((uid) => ({ technique: { uid } })) }),
    },
    resources: [resourceOf(asset)],
    ...CLASS_OF[detectorClass].attributes(
      {
        rule,
        title,
        asset,
        severity,
        ...(evidence !== undefined && { evidence }),
        ...(remediation !== undefined && { remediation }),
      },
      RESULT[verdict],
    ),
    unmapped: {
      cnapp: {
        verdict,
        asset: place,
        ...(nativeId !== undefined && { native_id: nativeId }),
        ...(evidence !== undefined && { evidence }),
        ...unmapped,
      },
    },
  };
}

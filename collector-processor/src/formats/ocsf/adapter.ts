import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { detectorOf } from '../aws-finding.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { isObject, num, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';
import { activityOf } from './activity.ts';
import { findingsOf } from './finding.ts';
import { isOwnObservation, ownObservation } from './own.ts';

/** OCSF events of any product, 1.0.0-rc.2 to 1.8. Source: schema.ocsf.io. */
export const ocsf: FormatAdapter = {
  id: 'ocsf',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    num(doc, 'class_uid') !== undefined &&
    (typeof str(doc, 'metadata', 'version') === 'string' || 'category_uid' in doc),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('ocsf.schema', 'not an object');
  const classUid = num(doc, 'class_uid') ?? 0;
  if (isOwnObservation(doc)) {
    const finding = ownObservation(doc);
    return finding === undefined ? reject('ocsf.schema', 'not as our encoder writes it') : accept(finding);
  }
  if (isSample(doc)) return reject('ocsf.sample', 'a sample finding, made to show the product');
  if (classUid === 6007) return accept(scanOf(doc, envelope));
  // An incident (2005) names findings of others: it is context here.
  if (classUid > 2000 && classUid < 2100 && classUid !== 2005) return accept(...findingsOf(doc, envelope));
  return accept(...activityOf(doc, envelope));
}

function isSample(event: JsonObject): boolean {
  const info = isObject(event.finding_info) ? event.finding_info : event.finding;
  const title = str(info, 'title') ?? '';
  return (
    title.startsWith('[SAMPLE') ||
    strings(info, 'types').some((type) => /(^|\/)sample(\/|$)/i.test(type)) ||
    event.is_sample === true
  );
}

function scanOf(event: JsonObject, envelope: Envelope): Decoded['observations'][number] {
  const detector = detectorOf(str(event, 'metadata', 'product', 'name'), 'ocsf');
  const activity = num(event, 'activity_id');
  return {
    kind: 'scan',
    detector,
    detectorClass: 'posture',
    scope: `${detector}/${str(event, 'scan', 'name') ?? str(event, 'cloud', 'account', 'uid') ?? '_'}`,
    scanId: str(event, 'scan', 'uid') ?? contentId(event),
    atMs: eventTime(envelope, event.time, event.time_dt),
    complete: activity === 2,
    absenceCloses: false,
    ...(activity === 6 ? { error: str(event, 'status_detail') ?? 'the scan failed' } : {}),
  };
}

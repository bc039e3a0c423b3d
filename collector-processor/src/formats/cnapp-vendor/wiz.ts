import type { Decoded, Envelope, JsonObject } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, finding } from '../observe.ts';
import { evidence, isObject, obj, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';

/** Wiz's three streams: what was done in Wiz, threat detections, and issue updates. Source: samples. */
export const isWizAudit = (doc: JsonObject): boolean =>
  typeof doc.action === 'string' &&
  ('requestid' in doc || 'requestId' in doc) &&
  ('sourceip' in doc || 'sourceIP' in doc || 'actionparameters' in doc || 'actionParameters' in doc);
export const isWizDetection = (doc: JsonObject): boolean =>
  'tdrId' in doc || (isObject(doc.trigger) && isObject(doc.primaryResource));
export const isWizIssue = (doc: JsonObject): boolean =>
  isObject(doc.issue) && isObject(doc.control) && isObject(doc.resource);

export function wizAudit(doc: JsonObject, envelope: Envelope): Decoded {
  const action = str(doc, 'action') ?? 'unknown';
  const user = str(doc, 'user', 'name') ?? str(doc, 'serviceaccount', 'name') ?? str(doc, 'serviceAccount', 'name');
  const actor = actorOf(user, isObject(doc.user) ? 'human' : 'automation');
  const atMs = eventTime(envelope, doc.timestamp);
  if (/^(Login|Logout|Get|List|Search)/.test(action))
    return accept({ kind: 'activity', action: `wiz:${action}`, atMs, actor });
  const outcome = str(doc, 'status') === 'SUCCESS' ? 'success' : 'failure';
  return accept(
    change({
      nativeId: str(doc, 'id') ?? contentId(doc),
      changeKind: 'api',
      action: `wiz:${action}`,
      atMs,
      assets: [],
      actor,
      outcome,
    }),
  );
}

export function wizDetection(doc: JsonObject, envelope: Envelope): Decoded {
  const resource = obj(doc, 'primaryResource');
  const techniques = strings(doc, 'mitreTechniques')
    .map((text) => /T\d{4}(\.\d{3})?$/.exec(text)?.[0])
    .filter((id) => id !== undefined);
  return accept(
    finding({
      detector: 'wiz',
      detectorClass: 'runtime',
      rule: str(doc, 'tdrId') ?? str(doc, 'title') ?? 'detection',
      title: str(doc, 'title') ?? 'detection',
      asset: awsOrOther(
        str(resource, 'cloudAccount', 'cloudPlatform'),
        str(resource, 'externalId') ?? str(resource, 'name') ?? '_',
        str(resource, 'type'),
        str(resource, 'cloudAccount', 'externalId'),
        str(resource, 'region'),
      ),
      verdict: 'fail',
      severity: severityOf(doc.severity),
      atMs: eventTime(envelope, str(doc, 'timeframe', 'end'), doc.createdAt),
      nativeId: str(doc, 'id'),
      techniques: techniques.length === 0 ? undefined : [...new Set(techniques)],
      ...evidence({ description: str(doc, 'description'), source: str(doc, 'tdrSource') }),
    }),
  );
}

export function wizIssue(doc: JsonObject, envelope: Envelope): Decoded {
  const issue = obj(doc, 'issue');
  const resource = obj(doc, 'resource');
  const status = str(issue, 'status');
  return accept(
    finding({
      detector: 'wiz',
      detectorClass: 'posture',
      rule: str(doc, 'control', 'id') ?? 'control',
      title: str(doc, 'control', 'name') ?? 'issue',
      asset: awsOrOther(
        str(resource, 'cloudPlatform'),
        str(resource, 'id') ?? str(resource, 'name') ?? '_',
        str(resource, 'type'),
        str(resource, 'subscriptionId'),
        str(resource, 'region'),
      ),
      verdict: status === 'RESOLVED' ? 'pass' : status === 'REJECTED' ? 'suppressed' : 'fail',
      severity: severityOf(issue.severity),
      atMs: eventTime(envelope, issue.resolvedAt, issue.updated, issue.created),
      nativeId: str(issue, 'id'),
    }),
  );
}

function awsOrOther(
  platform: string | undefined,
  id: string,
  type: string | undefined,
  account: string | undefined,
  region: string | undefined,
): ReturnType<typeof awsAsset> {
  if (platform === 'AWS') return awsAsset({ id, type: type === 'VIRTUAL_MACHINE' ? undefined : type, account, region });
  return {
    id: `${platform?.toLowerCase() ?? 'cloud'}:${account ?? '_'}:${id}`,
    kind: type?.toLowerCase() ?? 'resource',
    provider: 'other',
    name: id,
  };
}

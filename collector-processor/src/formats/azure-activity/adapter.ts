import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { azureAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, finding, reject } from '../observe.ts';
import { evidence, isObject, obj, str } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';

/** Azure's activity log, as exported (`time`, `operationName`) and as REST replies (`eventTimestamp`, `operationName.value`). Source: learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema. */
export const azureActivity: FormatAdapter = {
  id: 'azure-activity',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    'operationName' in doc &&
    ('resourceId' in doc || 'resourceid' in doc || 'tenantId' in doc || 'identity' in doc) &&
    ('category' in doc || 'eventTimestamp' in doc || 'correlationId' in doc),
  decode,
};

/** Changes are the ends of write, delete and action operations; starts and acceptances share their correlation id and count once. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('azure-activity.schema', 'not an object');
  const operation = str(doc, 'operationName', 'value') ?? str(doc, 'operationName') ?? 'unknown';
  const status = str(doc, 'status', 'value') ?? str(doc, 'resultType') ?? str(doc, 'status') ?? '';
  const category =
    str(doc, 'category', 'value') ??
    str(doc, 'category') ??
    str(doc, 'properties', 'eventCategory') ??
    'Administrative';
  const atMs = eventTime(envelope, doc.eventTimestamp, doc.time);
  const resourceId = str(doc, 'resourceId') ?? str(doc, 'resourceid');
  const asset = resourceId?.startsWith('/') === true ? azureAsset(resourceId) : undefined;
  const actor = actorOf(str(doc, 'caller') ?? callerOf(doc));
  const [provider = '', ...rest] = operation.toLowerCase().split('/');
  const action = `azure:${provider}:${rest.join('/')}`;
  if (category === 'Security' && asset !== undefined) return securityAlert(doc, asset, operation, atMs);
  const verb = rest.at(-1);
  const done = /^(success|succeeded|failure|failed|0)$/i.test(status);
  if (
    !done ||
    category !== 'Administrative' ||
    (verb !== 'write' && verb !== 'delete' && verb !== 'action') ||
    /\/(listkeys|read)\b/i.test(operation)
  ) {
    return accept({ kind: 'activity', action, atMs, actor, ...(asset === undefined ? {} : { asset }) });
  }
  const failed = /^fail/i.test(status);
  const observations: Observation[] = [
    change({
      nativeId: str(doc, 'eventDataId') ?? contentId([str(doc, 'correlationId') ?? null, operation, status, atMs]),
      changeKind: 'api',
      action,
      atMs,
      assets: asset === undefined ? [] : [asset],
      actor,
      outcome: failed ? 'failure' : 'success',
      title: `${operation} by ${actor.id}`,
    }),
  ];
  const itself = rest.length === 2;
  if (verb === 'delete' && itself && !failed && asset !== undefined && provider !== 'microsoft.authorization') {
    observations.push({ kind: 'asset', asset, state: 'deleted', atMs, cause: `${action} by ${actor.id}` });
  }
  return accept(...observations);
}

function callerOf(doc: JsonObject): string | undefined {
  const claims = obj(doc, 'identity', 'claims');
  return (
    str(claims, 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn') ??
    str(claims, 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress') ??
    str(claims, 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name') ??
    str(claims, 'appid')
  );
}

/** An alert inside the activity log: `level` is the record's, the alert's severity stands in its properties. */
function securityAlert(
  doc: JsonObject,
  asset: ReturnType<typeof azureAsset>,
  operation: string,
  atMs: number,
): Decoded {
  const properties = obj(doc, 'properties');
  return accept(
    finding({
      detector: 'defender-for-cloud',
      detectorClass: 'runtime',
      rule: str(properties, 'alertType') ?? str(properties, 'eventName') ?? operation.toLowerCase(),
      title: str(properties, 'alertDisplayName') ?? str(doc, 'resultDescription') ?? operation,
      asset,
      verdict: 'fail',
      severity: severityOf(properties.Severity ?? properties.severity),
      atMs,
      nativeId: str(doc, 'correlationId'),
      ...evidence({ command: str(properties, 'commandLine'), user: str(properties, 'userName') }),
    }),
  );
}

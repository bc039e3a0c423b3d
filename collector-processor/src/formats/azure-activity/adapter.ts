import type {
  Actor,
  AssetRef,
  Decoded,
  Envelope,
  FormatAdapter,
  Json,
  JsonObject,
  Observation,
} from '@cnapp-slo/model';
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

/** Actions that only tell something: `listKeys`, `listClusterAdminCredential`, `checkNameAvailability`. */
const LOOKS = /^(list|get|check|validate|read|export|preview|query|search)/;

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
  const actor = callerOf(doc);
  const [provider = '', ...rest] = operation.toLowerCase().split('/');
  const action = `azure:${provider}:${rest.join('/')}`;
  if (category === 'Security' && asset !== undefined) return securityAlert(doc, asset, operation, atMs);
  const verb = rest.at(-1);
  const done = /^(success|succeeded|failure|failed|0)$/i.test(status);
  if (
    !done ||
    category !== 'Administrative' ||
    (verb !== 'write' && verb !== 'delete' && verb !== 'action') ||
    (verb === 'action' && LOOKS.test(rest.at(-2) ?? ''))
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
      assets: asset === undefined ? [] : [asset, ...topOf(asset)],
      actor,
      outcome: failed ? 'failure' : 'success',
      title: `${operation} by ${actor.id}`,
    }),
  ];
  if (
    verb === 'delete' &&
    !failed &&
    asset !== undefined &&
    typeOf(asset) === `${provider}/${rest.slice(0, -1).join('/')}`
  ) {
    observations.push({ kind: 'asset', asset, state: 'deleted', atMs, cause: `${action} by ${actor.id}` });
  }
  return accept(...observations);
}

/** The ARM type of a resource's id, as operations name it: `microsoft.network/networksecuritygroups/securityrules`. */
function typeOf({ id, kind }: AssetRef): string | undefined {
  if (kind === 'resource_group') return 'microsoft.resources/subscriptions/resourcegroups';
  const [provider, ...rest] = id.split('/providers/').at(-1)?.split('/') ?? [];
  return [provider, ...rest.filter((_, at) => at % 2 === 0)].join('/');
}

/** The resource that a child belongs to: a change of a security group's rule is one of the group. */
function topOf(asset: AssetRef): AssetRef[] {
  const top = /^.*\/providers\/[^/]+\/(?!locations\/)[^/]+\/[^/]+(?=\/)/.exec(asset.id)?.[0];
  return top === undefined ? [] : [azureAsset(top)];
}

const CLAIM = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The user by e-mail or name, else the service principal by its id, else whose role assignment let it happen. */
function callerOf(doc: JsonObject): Actor {
  const claims = obj(doc, 'identity', 'claims');
  const user =
    str(doc, 'caller') ??
    str(claims, `${CLAIM}upn`) ??
    str(claims, `${CLAIM}emailaddress`) ??
    str(claims, `${CLAIM}name`) ??
    str(claims, 'name');
  if (user !== undefined) return actorOf(user, OBJECT_ID.test(user) ? 'automation' : undefined);
  const app = str(claims, 'appid');
  if (app !== undefined) return actorOf(app, 'automation');
  const evidence = obj(doc, 'identity', 'authorization', 'evidence');
  const kind = { User: 'human', ServicePrincipal: 'automation' } as const;
  const type = str(evidence, 'principalType');
  return actorOf(str(evidence, 'principalId'), type === 'User' || type === 'ServicePrincipal' ? kind[type] : undefined);
}

/** An alert inside the activity log: `level` is the record's, the alert's severity stands in its properties. */
function securityAlert(doc: JsonObject, asset: AssetRef, operation: string, atMs: number): Decoded {
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

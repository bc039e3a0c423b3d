import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { gcpAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { k8sAudit } from '../k8s-audit/adapter.ts';
import { isGkeEntry } from '../k8s-audit/gke.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { at, bool, isObject, num, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Google Cloud's log entries: audit logs, and flow or load balancer logs as context; also the Collector's encoding, whose body is empty. Source: cloud.google.com/logging/docs/audit. */
export const gcpAuditlog: FormatAdapter = {
  id: 'gcp-auditlog',
  stability: 'beta',
  matches(doc, envelope) {
    if (
      isObject(doc) &&
      ('protoPayload' in doc ||
        ('logName' in doc && ('jsonPayload' in doc || 'textPayload' in doc || 'httpRequest' in doc)))
    ) {
      return isObject(doc.protoPayload) || 'insertId' in doc || 'resource' in doc;
    }
    return entryOfAttributes(doc, envelope) !== undefined;
  },
  decode,
};

const READ =
  /(^|\.)(get|list|aggregatedList|search|lookup|query|read|batchGet|testIamPermissions|generateAccessToken|loginSuccess|loginFailure|Predict|watch|check)[A-Z]?\w*$/i;

function decode(doc: Json, envelope: Envelope): Decoded {
  const entry = isObject(doc) && Object.keys(doc).length > 0 ? doc : entryOfAttributes(doc, envelope);
  if (entry === undefined) return reject('gcp-auditlog.schema', 'no log entry');
  if (isGkeEntry(entry)) return k8sAudit.decode(entry, envelope);
  const payload = obj(entry, 'protoPayload');
  const atMs = eventTime(envelope, entry.timestamp, entry.receiveTimestamp);
  const method = str(payload, 'methodName');
  if (method === undefined) {
    const log = decodeURIComponent((str(entry, 'logName') ?? 'log').replace(/^.*\/logs\//, ''));
    return accept({ kind: 'activity', action: `gcp:${log}`, atMs });
  }
  const service = (str(payload, 'serviceName') ?? 'gcp').split('.')[0] ?? 'gcp';
  const action = `gcp:${service}:${method}`;
  // What Google's own systems do carries an address, too.
  const isSystem = /system_event/.test(str(entry, 'logName') ?? '');
  const principal =
    str(payload, 'authenticationInfo', 'principalEmail') ?? str(payload, 'authenticationInfo', 'principalSubject');
  const actor = actorOf(principal, isSystem ? 'automation' : undefined);
  const asset = assetOf(payload, entry);
  const code = num(payload, 'status', 'code') ?? 0;
  const denied = objects(payload, 'authorizationInfo').some((info) => info.granted === false);
  // A long-running operation is logged at its start and its end: the end counts.
  const started = bool(entry, 'operation', 'first') === true && bool(entry, 'operation', 'last') !== true;
  const dataAccess = /data_access/.test(str(entry, 'logName') ?? '');
  if (started || dataAccess || READ.test(method)) {
    return accept({ kind: 'activity', action, atMs, actor, ...(asset === undefined ? {} : { asset }) });
  }
  const failed = code !== 0 || denied;
  const observations: Observation[] = [
    change({
      nativeId: str(entry, 'insertId') ?? contentId(entry),
      changeKind: 'api',
      action,
      atMs,
      assets: asset === undefined ? [] : [asset],
      actor,
      outcome: failed ? 'failure' : 'success',
      fields: policyDeltas(payload),
      title: `${method} by ${actor.id}`,
    }),
  ];
  if (!failed && asset !== undefined && /(^|\.)(delete|Delete[A-Z]?\w*)$/.test(method)) {
    observations.push({ kind: 'asset', asset, state: 'deleted', atMs, cause: `${action} by ${actor.id}` });
  }
  return accept(...observations);
}

/** `ADD roles/owner user:…` of a policy change. */
function policyDeltas(payload: JsonObject): string[] | undefined {
  const deltas = [
    ...objects(payload, 'serviceData', 'policyDelta', 'bindingDeltas'),
    ...objects(payload, 'metadata', 'policyDelta', 'bindingDeltas'),
  ];
  const fields = deltas.map((delta) =>
    [str(delta, 'action'), str(delta, 'role'), str(delta, 'member')].filter((part) => part !== undefined).join(' '),
  );
  return fields.length === 0 ? undefined : fields.slice(0, 20);
}

function assetOf(payload: JsonObject, entry: JsonObject): AssetRef | undefined {
  const name = str(payload, 'resourceName') ?? str(objects(payload, 'authorizationInfo')[0], 'resource');
  const project = str(entry, 'resource', 'labels', 'project_id');
  if (name === undefined) return project === undefined ? undefined : gcpAsset(`projects/${project}`);
  // `-` stands for the project that the account is of.
  const full = project === undefined ? name : name.replace(/^projects\/-\//, `projects/${project}/`);
  const bare = /^(projects|organizations|folders)\/[^/]+$/.test(name);
  return gcpAsset(full, bare ? 'cloudresourcemanager.googleapis.com' : str(payload, 'serviceName'), project);
}

/** `googlecloudlogentry_encoding` writes attributes `gcp.audit.*`, and the log's name as `cloud.resource_id`. */
function entryOfAttributes(doc: Json, envelope: Envelope): JsonObject | undefined {
  const empty = doc === null || doc === '' || (isObject(doc) && Object.keys(doc).length === 0);
  const { attributes, resource } = envelope;
  const method = attributes['gcp.audit.method.name'] ?? attributes['rpc.method'];
  const service = attributes['gcp.audit.service.name'] ?? attributes['rpc.service'];
  if (
    !empty ||
    typeof method !== 'string' ||
    typeof service !== 'string' ||
    !(service.endsWith('googleapis.com') || service === 'k8s.io')
  )
    return undefined;
  const code = attributes['gcp.audit.status.code'] ?? attributes['rpc.jsonrpc.error_code'];
  return {
    insertId: attributes['log.record.uid'] ?? attributes['gcp.insert_id'] ?? null,
    logName: at(resource, 'cloud.resource_id') ?? resource['gcp.log_name'] ?? null,
    timestamp: envelope.recordTimeMs ?? null,
    resource: {
      labels: {
        project_id: resource['gcp.project'] ?? resource['cloud.account.id'] ?? null,
        cluster_name: resource['gcp.label.cluster_name'] ?? null,
      },
    },
    protoPayload: {
      methodName: method,
      serviceName: service,
      resourceName: attributes['gcp.audit.resource.name'] ?? null,
      authenticationInfo: {
        principalEmail: attributes['user.email'] ?? attributes['gcp.audit.authentication.principal.email'] ?? null,
      },
      status: code === undefined ? {} : { code },
    },
  };
}

import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { azureAsset, hostAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, evidence, firstStr, isObject, obj, objects, parseJson, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Defender for Cloud's continuous export and REST replies, Defender XDR's streaming. Source: learn.microsoft.com/azure/defender-for-cloud/continuous-export. */
export const defenderForCloud: FormatAdapter = {
  id: 'defender-for-cloud',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (('SystemAlertId' in doc && 'AlertType' in doc) ||
      (isObject(doc.properties) &&
        ('alertType' in doc.properties || 'systemAlertId' in doc.properties || isRecord(doc) || isSchema(doc))) ||
      (Array.isArray(doc.value) && isObject(doc.value[0]) && RECORD.test(str(doc.value[0], 'id') ?? '')) ||
      RECORD.test(str(doc, 'id') ?? str(doc, 'Id') ?? '') ||
      str(doc, 'category')?.startsWith('AdvancedHunting-') === true),
  decode,
};

const RECORD =
  /\/providers\/microsoft\.security\/(assessments|subassessments|alerts|locations\/[^/]+\/alerts|regulatorycompliance|securescores)/i;

function isRecord(doc: JsonObject): boolean {
  return RECORD.test(str(doc, 'id') ?? '') || /^microsoft\.security\//i.test(str(doc, 'type') ?? '');
}

/** Microsoft publishes the export's JSON Schemas with the title and members of an alert or recommendation. */
function isSchema(doc: JsonObject): boolean {
  const properties = obj(doc, 'properties');
  return (
    '$schema' in doc &&
    ('SystemAlertId' in properties ||
      'AssessmentEventDataEnrichment' in properties ||
      ('eventDataId' in properties && 'channels' in properties))
  );
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('defender-for-cloud.schema', 'not an object');
  if (isSchema(doc)) return accept();
  if (Array.isArray(doc.value)) {
    const parts = objects(doc, 'value').map((item) => decode(item, envelope));
    return {
      observations: parts.flatMap((part) => part.observations),
      rejections: parts.flatMap((part) => part.rejections),
    };
  }
  if (str(doc, 'category')?.startsWith('AdvancedHunting-') === true) return huntingRecord(doc, envelope);
  const properties = obj(doc, 'properties');
  if ('SystemAlertId' in doc) return alert(doc, envelope);
  if ('alertType' in properties || 'systemAlertId' in properties)
    return alert({ ...pascal(properties), Id: str(doc, 'id') ?? null }, envelope);
  return assessment(doc, envelope);
}

/** Alerts by the export's names; statuses of people do not end a threat as a fix. */
function alert(doc: JsonObject, envelope: Envelope): Decoded {
  const type = str(doc, 'AlertType') ?? 'unknown';
  const title = str(doc, 'AlertDisplayName') ?? str(doc, 'DisplayName') ?? type;
  if (/sample alert|^SIMULATED_/i.test(`${title}|${type}`) || /sample alert/i.test(str(doc, 'Description') ?? ''))
    return reject('defender-for-cloud.sample', 'a sample alert, made to show the product');
  const identifiers = objects(doc, 'ResourceIdentifiers');
  // The compromised entity may be a bare host name: an ARM id says more.
  const ids = [
    str(doc, 'AzureResourceId'),
    str(doc, 'CompromisedEntity'),
    ...identifiers.map((item) => firstStr(item, 'AzureResourceId', 'azureResourceId')),
    str(doc, 'Id'),
  ].filter((item) => item !== undefined);
  const id = ids.find((item) => item.startsWith('/')) ?? ids[0];
  const status = str(doc, 'Status') ?? 'New';
  return accept(
    finding({
      detector: 'defender-for-cloud',
      detectorClass: 'runtime',
      rule: type,
      title,
      asset: assetOf(id),
      verdict: status === 'Resolved' || status === 'Dismissed' ? 'suppressed' : 'fail',
      severity: severityOf(doc.Severity),
      atMs: eventTime(envelope, doc.TimeGeneratedUtc, doc.TimeGenerated, doc.StartTimeUtc),
      nativeId: str(doc, 'SystemAlertId'),
      ...evidence({ description: str(doc, 'Description'), intent: str(doc, 'Intent'), status }),
    }),
  );
}

/** REST spells the same members camelCase. */
function pascal(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  );
}

function assetOf(id: string | undefined): AssetRef {
  if (id === undefined) return { id: 'azure:_', kind: 'resource', provider: 'azure' };
  return id.startsWith('/') ? azureAsset(id) : hostAsset(id);
}

/** Assessments and sub-assessments, camelCase or PascalCase: resource and assessment id make the finding, Healthy or a deletion its end. */
function assessment(doc: JsonObject, envelope: Envelope): Decoded {
  const properties = isObject(doc.properties) ? doc.properties : obj(doc, 'Properties');
  const id = str(doc, 'id') ?? str(doc, 'Id') ?? '_';
  if (/regulatorycompliance|securescores/i.test(id))
    return accept({ kind: 'activity', action: 'defender-for-cloud:score', atMs: eventTime(envelope) });
  const read = (...path: string[]): string | undefined =>
    str(properties, ...path) ?? str(properties, ...path.map((key) => key.charAt(0).toUpperCase() + key.slice(1)));
  const sub = /subassessments/i.test(id);
  const status = read('status', 'code') ?? 'Unhealthy';
  // The export's schema names the enrichment for assessments, its events for all.
  const deleted = [doc, properties]
    .flatMap((part) => [
      str(part, 'securityEventDataEnrichment', 'action'),
      str(part, 'AssessmentEventDataEnrichment', 'Action'),
      str(part, 'assessmentEventDataEnrichment', 'action'),
      str(part, 'SubAssessmentEventDataEnrichment', 'Action'),
    ])
    .includes('Delete');
  const rule = /assessments\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? 'unknown';
  const cve = objects(properties, 'additionalData', 'cve').map((item) => str(item, 'title'));
  const advisory = sub ? joinAdvisory([...cve, read('id')]) : undefined;
  const target = read('resourceDetails', 'id') ?? id;
  return accept(
    finding({
      detector: 'defender-for-cloud',
      detectorClass: sub ? 'vulnerability' : 'posture',
      rule: advisory ?? rule,
      title: read('displayName') ?? read('metadata', 'displayName') ?? rule,
      asset: assetOf(target),
      discriminator:
        advisory === undefined
          ? undefined
          : vulnerabilityDiscriminator(read('additionalData', 'packageName'), advisory),
      // A deleted assessment says that the resource or the rule is gone, not that it is healthy.
      verdict: deleted
        ? 'not_applicable'
        : status === 'Healthy'
          ? 'pass'
          : status === 'NotApplicable'
            ? 'not_applicable'
            : 'fail',
      severity: severityOf(read('status', 'severity') ?? read('metadata', 'severity')),
      atMs: eventTime(
        envelope,
        read('status', 'statusChangeDate'),
        read('timeGenerated'),
        read('status', 'firstEvaluationDate'),
      ),
      nativeId: id.toLowerCase(),
      remediation: read('metadata', 'remediationDescription') ?? read('remediation'),
      ...evidence({ status, cause: read('status', 'cause'), description: read('status', 'description') }),
    }),
  );
}

/** Defender XDR's AlertInfo and AlertEvidence tables; other tables are raw events. */
function huntingRecord(doc: JsonObject, envelope: Envelope): Decoded {
  const properties = obj(doc, 'properties');
  const table = (str(doc, 'category') ?? '').replace('AdvancedHunting-', '');
  const atMs = eventTime(envelope, properties.Timestamp, doc.time);
  const title = str(properties, 'Title');
  if (table !== 'AlertInfo' || title === undefined)
    return accept({ kind: 'activity', action: `defender-xdr:${table}`, atMs });
  const techniques = strings(parseJson(str(properties, 'AttackTechniques') ?? '[]'))
    .map((text) => /T\d{4}(\.\d{3})?/.exec(text)?.[0])
    .filter((id) => id !== undefined);
  const tenant = str(doc, 'tenantId') ?? str(at(doc, 'Tenant')) ?? '_';
  return accept(
    finding({
      detector: 'defender-xdr',
      detectorClass: 'runtime',
      rule: title,
      title,
      asset: { id: `azure:tenant:${tenant}`, kind: 'tenant', provider: 'azure', account: tenant },
      verdict: 'fail',
      severity: severityOf(properties.Severity),
      atMs,
      nativeId: str(properties, 'AlertId'),
      techniques: techniques.length === 0 ? undefined : techniques,
      ...evidence({ category: str(properties, 'Category'), service: str(properties, 'ServiceSource') }),
    }),
  );
}

import type {
  Decoded,
  DetectorClass,
  Envelope,
  FindingVerdict,
  FormatAdapter,
  Json,
  JsonObject,
  Severity,
} from '@cnapp-slo/model';
import { gcpAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, evidence, isObject, obj, objects, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Security Command Center notifications, v1 and v2, and Event Threat Detection's log entries. Source: cloud.google.com/security-command-center/docs. */
export const gcpScc: FormatAdapter = {
  id: 'gcp-scc',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((isObject(doc.finding) &&
      ('notificationConfigName' in doc || FINDING_NAME.test(str(doc, 'finding', 'name') ?? ''))) ||
      FINDING_NAME.test(str(doc, 'name') ?? '') ||
      /threatdetection\.googleapis|logs\/threatdetection/.test(str(doc, 'logName') ?? '')),
  decode,
};

const FINDING_NAME = /\/sources\/\d+\/(locations\/[^/]+\/)?findings\//;

const CLASSES: Record<string, DetectorClass> = {
  THREAT: 'runtime',
  VULNERABILITY: 'vulnerability',
  MISCONFIGURATION: 'posture',
  POSTURE_VIOLATION: 'posture',
  TOXIC_COMBINATION: 'posture',
  CHOKEPOINT: 'posture',
  EXTERNAL_EXPOSURE: 'posture',
  SENSITIVE_DATA_RISK: 'posture',
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('gcp-scc.schema', 'not an object');
  if (isObject(doc.jsonPayload)) return threatEntry(doc, envelope);
  const event = isObject(doc.finding) ? doc.finding : doc;
  const findingClass = str(event, 'findingClass') ?? '';
  const resourceName = str(event, 'resourceName') ?? str(event, 'resource', 'name') ?? str(doc, 'resource', 'name');
  if (findingClass === 'SCC_ERROR')
    return reject('gcp-scc.scanner_error', 'a scanner of Security Command Center reports its own error');
  if (resourceName === undefined) return reject('gcp-scc.schema', 'resourceName is missing');
  const category = str(event, 'category') ?? 'unknown';
  const asset = gcpAsset(resourceName, undefined, str(doc, 'resource', 'project'));
  const atMs = eventTime(envelope, event.eventTime, event.createTime);
  // "For informational purposes": nothing that anybody would fix, and nothing says that it is over.
  if (findingClass === 'OBSERVATION') return accept({ kind: 'activity', action: `gcp-scc:${category}`, atMs, asset });
  const detectorClass =
    CLASSES[findingClass] ??
    (/^(EVENT_THREAT|.*(BRUTE_FORCE|MALWARE|EXFILTRATION))/.test(
      `${str(event, 'sourceDisplayName')?.toUpperCase().replaceAll(' ', '_') ?? ''}|${category}`,
    )
      ? 'runtime'
      : 'posture');
  const cve = str(event, 'vulnerability', 'cve', 'id');
  return accept(
    finding({
      detector: 'gcp-scc',
      detectorClass:
        detectorClass === 'posture' && /IAM|SERVICE_ACCOUNT|ROLES/.test(category) ? 'identity_config' : detectorClass,
      rule: cve ?? category,
      discriminator:
        cve === undefined
          ? undefined
          : vulnerabilityDiscriminator(str(event, 'vulnerability', 'offendingPackage', 'packageName'), cve),
      title: str(event, 'description')?.split('\n')[0]?.slice(0, 200) ?? category,
      asset,
      verdict: verdictOf(event, detectorClass),
      severity: severityOfAny(
        event.severity,
        at(event, 'sourceProperties', 'SeverityLevel'),
        at(event, 'sourceProperties', 'detectionPriority'),
      ),
      atMs,
      // v2 adds the location to the name of the same finding.
      nativeId: (str(event, 'name') ?? str(event, 'canonicalName'))?.replace(
        /\/locations\/[^/]+\/findings\//,
        '/findings/',
      ),
      scope: `gcp-scc/${str(event, 'parent')?.replace(/\/sources\/.*$/, '') ?? '_'}`,
      remediation: str(event, 'nextSteps')?.slice(0, 500) ?? str(event, 'sourceProperties', 'Recommendation'),
      compliance: complianceOf(event),
      links:
        str(event, 'externalUri') === undefined
          ? undefined
          : [{ rel: 'console', href: str(event, 'externalUri') ?? '' }],
      ...evidence({
        state: str(event, 'state'),
        mute: str(event, 'mute'),
        explanation: str(event, 'sourceProperties', 'Explanation'),
      }),
    }),
  );
}

/** `severity`, and what findings from before it had: Security Health Analytics a level, Event Threat Detection a priority. */
function severityOfAny(...words: (Json | undefined)[]): Severity {
  return words.map(severityOf).find((severity) => severity !== 'unknown') ?? 'unknown';
}

/** State × mute. INACTIVE is a fix where a check says so; a threat is only set aside. */
function verdictOf(event: JsonObject, detectorClass: DetectorClass): FindingVerdict {
  if (event.state === 'INACTIVE' && detectorClass !== 'runtime') return 'pass';
  return event.mute === 'MUTED' || event.state === 'INACTIVE' ? 'suppressed' : 'fail';
}

function complianceOf(event: JsonObject): Record<string, string[]> | undefined {
  const entries = objects(event, 'compliances').map(
    (item) =>
      [
        [str(item, 'standard'), str(item, 'version')].filter((part) => part !== undefined).join('-'),
        strings(item, 'ids'),
      ] as const,
  );
  // Before `compliances` existed they stood by standard in the source's properties.
  const former = Object.entries(obj(event, 'sourceProperties', 'compliance_standards')).flatMap(([standard, items]) =>
    objects(items).map(
      (item) =>
        [
          [standard, str(item, 'version')].filter((part) => part !== undefined).join('-'),
          strings(item, 'ids'),
        ] as const,
    ),
  );
  const all = entries.length > 0 ? entries : former;
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

/** Event Threat Detection's copy in Cloud Logging: the same threat over another route. */
function threatEntry(doc: JsonObject, envelope: Envelope): Decoded {
  const payload = obj(doc, 'jsonPayload');
  const rule = str(payload, 'detectionCategory', 'ruleName') ?? 'unknown';
  const instance = str(payload, 'properties', 'instanceDetails');
  const project =
    /^projects\/([^/]+)/.exec(str(doc, 'logName') ?? '')?.[1] ?? str(doc, 'resource', 'labels', 'project_id');
  const name = instance ?? `//cloudresourcemanager.googleapis.com/projects/${project ?? '_'}`;
  return accept(
    finding({
      detector: 'gcp-scc',
      detectorClass: 'runtime',
      rule,
      title: rule,
      asset: gcpAsset(name, 'compute.googleapis.com', project),
      verdict: 'fail',
      severity: severityOf(payload.detectionPriority),
      atMs: eventTime(envelope, doc.timestamp, payload.eventTime),
      nativeId: str(doc, 'insertId'),
    }),
  );
}

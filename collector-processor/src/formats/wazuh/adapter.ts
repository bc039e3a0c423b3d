import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject, Severity } from '@cnapp-slo/model';
import { hostAsset, imageAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, evidence, isObject, num, obj, objects, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime, parseTime } from '../time.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Wazuh 4 alerts and vulnerability states, Wazuh 5 documents. Source: documentation.wazuh.com. */
export const wazuh: FormatAdapter = {
  id: 'wazuh',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((isObject(doc.rule) && 'level' in doc.rule && ('agent' in doc || 'manager' in doc || 'decoder' in doc)) ||
      isObject(doc.wazuh) ||
      isState(doc) ||
      Array.isArray(at(doc, 'data', 'affected_items')) ||
      (doc.module === 'sca' && isObject(doc.data))),
  decode,
};

/** 4.8's state documents of the indexer. */
function isState(doc: JsonObject): boolean {
  return str(doc, 'vulnerability', 'id') !== undefined && isObject(doc.agent) && isObject(doc.package);
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('wazuh.schema', 'not an object');
  if (doc.module === 'sca' || isObject(at(doc, 'data', 'sca', 'check'))) return accept(policyCheck(doc, envelope));
  if (isState(doc)) return accept(vulnerability(obj(doc, 'vulnerability'), doc, envelope));
  const items = objects(doc, 'data', 'affected_items');
  if (Array.isArray(at(doc, 'data', 'affected_items')))
    return accept(...items.map((item) => vulnerability(item, doc, envelope)));
  return accept(...alert(doc, envelope));
}

function alert(doc: JsonObject, envelope: Envelope): Decoded['observations'] {
  const rule = isObject(doc.rule) ? doc.rule : obj(doc, 'wazuh', 'rule');
  const level = num(rule, 'level');
  const id = str(rule, 'id') ?? str(doc, 'wazuh_rootcheck', 'anomaly', 'type');
  const atMs = eventTime(envelope, doc.timestamp, doc['@timestamp'], at(doc, 'event', 'created'));
  const asset = assetOf(doc, envelope);
  if (id === undefined || at(doc, 'data', 'sca', 'type') === 'summary')
    return [{ kind: 'activity', action: `wazuh:${str(doc, 'event', 'dataset') ?? 'event'}`, atMs, asset }];
  const cve = str(doc, 'data', 'vulnerability', 'cve');
  if (cve !== undefined) return [vulnerability(obj(doc, 'data', 'vulnerability'), doc, envelope)];
  const mitre = [...strings(rule, 'mitre', 'id'), ...strings(rule, 'mitre', 'technique')].filter((technique) =>
    /^T\d{4}/.test(technique),
  );
  return [
    finding({
      detector: 'wazuh',
      detectorClass: 'runtime',
      rule: id,
      title: str(rule, 'description') ?? str(rule, 'title') ?? str(doc, 'event', 'original') ?? id,
      asset,
      verdict: 'fail',
      severity: level === undefined ? severityOf(rule.level) : severityOfLevel(level),
      atMs,
      // The alert's id is unique on one manager only, and repeats.
      techniques: mitre.length === 0 ? undefined : mitre,
      compliance: complianceOf(rule),
      ...evidence({
        level,
        groups: strings(rule, 'groups').join(','),
        location: str(doc, 'location'),
        log: str(doc, 'full_log'),
        path: str(doc, 'syscheck', 'path') ?? str(doc, 'file', 'path'),
      }),
    }),
  ];
}

/** Common practice: 0–3 informational, 4–6 low, 7–11 medium, 12–14 high, 15 critical. */
function severityOfLevel(level: number): Severity {
  if (level >= 15) return 'critical';
  if (level >= 12) return 'high';
  if (level >= 7) return 'medium';
  return level >= 4 ? 'low' : 'informational';
}

function vulnerability(item: JsonObject, doc: JsonObject, envelope: Envelope): ReturnType<typeof finding> {
  const rule = joinAdvisory([str(item, 'cve'), str(item, 'id')]) ?? 'unknown-vulnerability';
  const name = str(item, 'package', 'name') ?? str(item, 'name') ?? str(doc, 'package', 'name');
  const status = str(item, 'status') ?? '';
  return finding({
    detector: 'wazuh',
    detectorClass: 'vulnerability',
    rule,
    title: str(item, 'title') ?? `${rule} in ${name ?? 'a package'}`,
    asset: assetOf(doc, envelope),
    discriminator: vulnerabilityDiscriminator(name, rule),
    // "Solved" and "OBSOLETE" are the manager's words for a package that was updated or removed.
    verdict: /^(solved|obsolete)$/i.test(status) ? 'pass' : 'fail',
    severity: severityOf(item.severity),
    atMs: eventTime(envelope, item.detection_time, item.detected_at, doc.timestamp, doc['@timestamp']),
    advisoryPublishedMs: parseTime(item.published ?? item.published_at),
    ...evidence({
      package: name,
      installed_version: str(item, 'version') ?? str(item, 'package', 'version') ?? str(doc, 'package', 'version'),
    }),
  });
}

/** Wazuh 5 sends a policy check when its result changes, Wazuh 4 as an alert with the check below `data.sca`, where the policy is known by its name. */
function policyCheck(doc: JsonObject, envelope: Envelope): ReturnType<typeof finding> {
  const sca = isObject(at(doc, 'data', 'sca')) ? obj(doc, 'data', 'sca') : obj(doc, 'data');
  const check = obj(sca, 'check');
  const result = (str(check, 'result') ?? str(check, 'status') ?? '').toLowerCase();
  return finding({
    detector: 'wazuh-sca',
    detectorClass: 'posture',
    rule: `${str(sca, 'policy', 'id') ?? str(sca, 'policy_id') ?? str(sca, 'policy') ?? 'policy'}:${str(check, 'id') ?? '_'}`,
    title: str(check, 'name') ?? str(check, 'title') ?? 'policy check',
    asset: assetOf(doc, envelope),
    verdict: /^pass/.test(result) ? 'pass' : /^fail/.test(result) ? 'fail' : 'not_applicable',
    // Checks have none.
    severity: 'unknown',
    atMs: eventTime(envelope, at(doc, 'data', 'event', 'created'), doc.timestamp, doc['@timestamp']),
    remediation: str(check, 'remediation'),
    ...evidence({ reason: str(check, 'reason') }),
  });
}

function assetOf(doc: JsonObject, envelope: Envelope): AssetRef {
  const image = str(doc, 'container', 'image', 'name');
  if (image !== undefined) return imageAsset(image);
  const name =
    str(doc, 'agent', 'name') ??
    str(doc, 'wazuh', 'agent', 'name') ??
    str(doc, 'host', 'hostname') ??
    str(envelope.resource, 'host.name') ??
    str(doc, 'manager', 'name');
  return hostAsset(name ?? '_');
}

function complianceOf(rule: JsonObject): Record<string, string[]> | undefined {
  const result: Record<string, string[]> = {};
  for (const framework of ['pci_dss', 'gdpr', 'hipaa', 'nist_800_53', 'tsc']) {
    const ids = strings(rule, framework);
    if (ids.length > 0) result[framework] = ids;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

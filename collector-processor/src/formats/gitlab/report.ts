import type { AssetRef, Decoded, DetectorClass, Envelope, JsonObject } from '@cnapp-slo/model';
import { clusterOf, hostAsset, workloadAsset } from '../canonical-id.ts';
import { codeAsset } from '../code-asset.ts';
import { contentId, hashText } from '../content-id.ts';
import { accept } from '../observe.ts';
import { at, evidence, num, obj, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { assetOfImage, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** A security report by its two halves; cut-down ones lack the scan. */
export function isReport(doc: JsonObject): boolean {
  const first = objects(doc, 'vulnerabilities')[0];
  if ('bomFormat' in doc) return false;
  if (typeof doc.version === 'string' && Array.isArray(doc.vulnerabilities) && 'scan' in doc) return true;
  return first !== undefined && Array.isArray(first.identifiers) && 'location' in first;
}

export const CLASS_OF_SCAN: Record<string, DetectorClass> = {
  container_scanning: 'vulnerability',
  dependency_scanning: 'vulnerability',
  cluster_image_scanning: 'vulnerability',
  secret_detection: 'secret',
  sast: 'sast',
  dast: 'sast',
  api_fuzzing: 'sast',
  coverage_fuzzing: 'sast',
};

export function decodeReport(doc: JsonObject, envelope: Envelope): Decoded {
  const scan = obj(doc, 'scan');
  const first = objects(doc, 'vulnerabilities')[0];
  const type = str(scan, 'type') ?? str(first, 'category') ?? (at(first, 'location', 'hostname') ? 'dast' : 'sast');
  const detector = (str(scan, 'scanner', 'id') ?? str(scan, 'analyzer', 'id') ?? 'gitlab').toLowerCase();
  const detectorClass = CLASS_OF_SCAN[type] ?? 'sast';
  const atMs = eventTime(envelope, scan.end_time, scan.start_time, at(first, 'discovered_at'));
  const lines = objects(doc, 'vulnerabilities').map((item) => lineOf(item, detectorClass, envelope));
  const scope = `gitlab/${type}/${detector}/${(lines[0]?.asset ?? codeAsset(envelope)).id}`;
  const complete = str(scan, 'status') !== 'failure';
  return accept(
    ...scanReport(
      { detector, detectorClass, scope, scanId: contentId([scope, atMs]), atMs, complete, absenceCloses: true },
      lines,
    ),
  );
}

function lineOf(item: JsonObject, detectorClass: DetectorClass, envelope: Envelope): Reported {
  const identifiers = objects(item, 'identifiers');
  const advisory =
    detectorClass === 'vulnerability'
      ? joinAdvisory([...identifiers.map((id) => str(id, 'name') ?? str(id, 'value')), str(item, 'cve')])
      : undefined;
  const rule = advisory ?? ruleOf(identifiers[0]) ?? str(item, 'name') ?? 'unknown';
  const name = str(item, 'location', 'dependency', 'package', 'name');
  const location = obj(item, 'location');
  return {
    rule,
    title: str(item, 'name') ?? str(item, 'message') ?? rule,
    asset: assetOf(location, envelope),
    discriminator:
      advisory === undefined
        ? (str(location, 'file') ?? str(location, 'path') ?? '_') +
          ` ${stableId(item) ?? hashText(JSON.stringify(location))}`
        : vulnerabilityDiscriminator(name, advisory),
    verdict: 'fail',
    severity: severityOf(item.severity),
    nativeId: str(item, 'id'),
    remediation: str(item, 'solution'),
    ...evidence({
      package: name,
      installed_version: str(item, 'location', 'dependency', 'version'),
      file: str(location, 'file'),
      start_line: num(location, 'start_line'),
    }),
  };
}

/** The primary identifier's value; some analyzers put a sentence there, which another version words otherwise, and the id in its name. */
function ruleOf(identifier: JsonObject | undefined): string | undefined {
  const value = str(identifier, 'value');
  return value === undefined || /\.$/.test(value) ? (str(identifier, 'name') ?? value) : value;
}

/** GitLab's analyzers derive the id from the finding; a random UUID (version 4) is another one in each report. */
function stableId(item: JsonObject): string | undefined {
  const id = str(item, 'id');
  return id === undefined || /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/i.test(id) ? undefined : id;
}

function assetOf(location: JsonObject, envelope: Envelope): AssetRef {
  const resource = obj(location, 'kubernetes_resource');
  const workload = str(resource, 'name');
  if (workload !== undefined) {
    // `cluster_id` is GitLab's number, by which nobody else knows the cluster.
    const kind = str(resource, 'kind') ?? 'pod';
    return workloadAsset({ cluster: clusterOf(envelope), kind, namespace: str(resource, 'namespace'), name: workload });
  }
  const image = str(location, 'image');
  if (image !== undefined) return assetOfImage(image.replace(/ \([^)]*\)$/, ''), envelope);
  const host = str(location, 'hostname');
  return host === undefined ? codeAsset(envelope) : hostAsset(host.replace(/^https?:\/\//, ''));
}

import type {
  AssetRef,
  Decoded,
  Envelope,
  FindingVerdict,
  FormatAdapter,
  Json,
  JsonObject,
  Observation,
  Severity,
} from '@cnapp-slo/model';
import { imageDigest, parseImage } from '../canonical-id.ts';
import { codeAsset } from '../code-asset.ts';
import { accept, reject } from '../observe.ts';
import { at, evidence, isObject, num, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf, severityOfScore } from '../severity.ts';
import { eventTime } from '../time.ts';
import { assetOfImage, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** CycloneDX 1.2 to 1.7, JSON and XML, with its vulnerabilities and VEX analyses. Source: cyclonedx.org/docs. */
export const sbomCyclonedx: FormatAdapter = {
  id: 'sbom-cyclonedx',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (doc.bomFormat === 'CycloneDX' ||
      isXmlBom(doc) ||
      str(doc, '$schema')?.includes('cyclonedx.org/schema/bom') === true),
  decode,
};

function isXmlBom(doc: JsonObject): boolean {
  const namespace = str(doc, 'bom', '@xmlns') ?? str(doc, 'bom', '@xmlns:bom');
  return namespace?.startsWith('http://cyclonedx.org/schema/bom') === true;
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('sbom-cyclonedx.schema', 'not an object');
  const bom = isXmlBom(doc) ? fromXml(doc) : doc;
  const component = at(bom, 'metadata', 'component');
  const atMs = eventTime(envelope, at(bom, 'metadata', 'timestamp'));
  const subject = str(component, 'purl') ?? str(component, 'name') ?? str(bom, 'serialNumber') ?? '_';
  const digest = digestOf(component);
  const components = countComponents(bom);
  const observations: Observation[] = [];
  // A VEX document or an attestation alone lists no components and is no inventory.
  if (components > 0)
    observations.push({
      kind: 'sbom',
      subject,
      spec: 'cyclonedx',
      components,
      atMs,
      ...(digest === undefined ? {} : { digest }),
      ...(isObject(bom.signature) && { signed: true }),
      ...(hasMinimumElements(bom) && { minimal: true }),
    });
  const vulnerabilities = objects(bom, 'vulnerabilities');
  if (vulnerabilities.length > 0) observations.push(...vulnerabilityReport(bom, vulnerabilities, atMs, envelope));
  if (observations.length === 0) observations.push({ kind: 'activity', action: 'cyclonedx:document', atMs });
  return accept(...observations);
}

/** Author and time of the document; supplier, name, version and an identifier of each component; and how they depend. */
function hasMinimumElements(bom: JsonObject): boolean {
  const metadata = at(bom, 'metadata');
  const hasAuthor = ['authors', 'tools', 'manufacturer', 'manufacture', 'supplier'].some(
    (name) => at(metadata, name) !== undefined,
  );
  if (!hasAuthor || str(metadata, 'timestamp') === undefined || objects(bom, 'dependencies').length === 0) return false;
  return objects(bom, 'components').every((component) => {
    const supplier = str(component, 'supplier', 'name') ?? str(component, 'publisher') ?? str(component, 'author');
    const id = str(component, 'purl') ?? str(component, 'cpe') ?? str(component, 'swid', 'tagId');
    return [supplier, str(component, 'name'), str(component, 'version'), id].every((text) => text !== undefined);
  });
}

function vulnerabilityReport(
  bom: JsonObject,
  vulnerabilities: JsonObject[],
  atMs: number,
  envelope: Envelope,
): Observation[] {
  const component = at(bom, 'metadata', 'component');
  const asset = assetOf(component, envelope);
  const names = new Map(
    objects(bom, 'components').map((item) => [str(item, 'bom-ref') ?? str(item, 'purl'), str(item, 'name')]),
  );
  const lines = vulnerabilities.flatMap((item): Reported[] => {
    const rule =
      joinAdvisory([str(item, 'id'), ...objects(item, 'references').map((reference) => str(reference, 'id'))]) ??
      'unknown-vulnerability';
    const affected = objects(item, 'affects').map((entry) => str(entry, 'ref'));
    return (affected.length === 0 ? [undefined] : affected).map((ref) => {
      const name = names.get(ref) ?? packageOfRef(ref);
      return {
        rule,
        title: str(item, 'description')?.slice(0, 200) ?? rule,
        asset,
        discriminator: vulnerabilityDiscriminator(name, rule),
        verdict: verdictOf(str(item, 'analysis', 'state')),
        severity: severityOfRatings(item),
        ...evidence({ package: name, analysis: str(item, 'analysis', 'state'), digest: digestOf(component) }),
      };
    });
  });
  const scope = `cyclonedx/${asset.id}/vuln`;
  const scanId = `${str(bom, 'serialNumber') ?? scope}:${str(bom, 'version') ?? '1'}`;
  // A VEX document speaks of what it lists only.
  return scanReport(
    {
      detector: 'cyclonedx',
      detectorClass: 'vulnerability',
      scope,
      scanId,
      atMs,
      complete: true,
      absenceCloses: false,
    },
    lines,
  );
}

/**
 * Several parties rate: who reports the vulnerability first, as the distribution does for its package; then the NVD, newest method first; then
 * whoever comes first.
 */
function severityOfRatings(item: JsonObject): Severity {
  const ratings = objects(item, 'ratings');
  const of = (name: string): JsonObject[] =>
    ratings.filter((rating) => str(rating, 'source', 'name')?.toLowerCase() === name.toLowerCase());
  const newestFirst = of('nvd').toSorted((a, b) => methodRank(b) - methodRank(a));
  const ordered = [...of(str(item, 'source', 'name') ?? ''), ...newestFirst, ...ratings];
  const severities = ordered.map((rating) => {
    const word = severityOf(rating.severity);
    return word === 'unknown' ? severityOfScore(num(rating, 'score')) : word;
  });
  return severities.find((severity) => severity !== 'unknown') ?? 'unknown';
}

/** `CVSSv2`, `CVSSv3`, `CVSSv31`, `CVSSv4`. */
function methodRank(rating: JsonObject): number {
  return Number(`0.${/^CVSSv(\d+)$/.exec(str(rating, 'method') ?? '')?.[1] ?? '0'}`);
}

/** VEX: resolved is a fix, not_affected and false_positive deny the finding. */
function verdictOf(state: string | undefined): FindingVerdict {
  if (state === 'resolved' || state === 'resolved_with_pedigree' || state === 'fixed') return 'pass';
  if (state === 'not_affected' || state === 'false_positive') return 'not_applicable';
  return 'fail';
}

function assetOf(component: Json | undefined, envelope: Envelope): AssetRef {
  const name = str(component, 'name');
  if (str(component, 'type') === 'container' && name !== undefined) return assetOfImage(name, envelope);
  if (name === undefined) return codeAsset(envelope);
  return {
    id: `component:${str(component, 'purl')?.replace(/@.*$/, '') ?? name}`,
    kind: str(component, 'type') ?? 'application',
    provider: 'other',
    name,
  };
}

/** Trivy writes the digest as a property; others as the component's version, purl or hash. A tag is no digest. */
function digestOf(component: Json | undefined): string | undefined {
  const property = objects(component, 'properties').find((entry) => /RepoDigest$/.test(str(entry, 'name') ?? ''));
  const hash = objects(component, 'hashes').find((entry) => str(entry, 'alg') === 'SHA-256');
  const version = str(component, 'version');
  return (
    imageDigest(str(property, 'value')) ??
    imageDigest(str(component, 'purl')) ??
    imageDigest(version) ??
    parseImage(str(component, 'name') ?? '_').digest ??
    (str(component, 'type') === 'container' && str(hash, 'content') !== undefined
      ? `sha256:${str(hash, 'content')}`
      : undefined)
  );
}

function countComponents(bom: JsonObject): number {
  const count = (components: JsonObject[]): number =>
    components.reduce((sum, item) => sum + 1 + count(objects(item, 'components')), 0);
  return count(objects(bom, 'components')) + objects(bom, 'services').length;
}

function packageOfRef(ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined;
  return /^pkg:[^/]+\/(?:[^@?]*\/)?([^@?/]+)/.exec(ref)?.[1] ?? ref;
}

/** The XML form with the JSON form's names: lists are wrapped, attributes carry `@`. */
function fromXml(doc: JsonObject): JsonObject {
  const bom = isObject(doc.bom) ? doc.bom : {};
  const component = (item: JsonObject): JsonObject => ({
    ...item,
    type: item['@type'] ?? item.type ?? null,
    'bom-ref': item['@bom-ref'] ?? null,
    components: objects(item, 'components', 'component').map(component),
  });
  const own = at(bom, 'metadata', 'component');
  return {
    serialNumber: bom['@serialNumber'] ?? null,
    version: bom['@version'] ?? null,
    metadata: { timestamp: at(bom, 'metadata', 'timestamp') ?? null, component: isObject(own) ? component(own) : null },
    components: objects(bom, 'components', 'component').map(component),
    vulnerabilities: objects(bom, 'vulnerabilities', 'vulnerability').map((item) => ({
      ...item,
      references: objects(item, 'references', 'reference'),
      ratings: objects(item, 'ratings', 'rating'),
      affects: objects(item, 'affects', 'target'),
    })),
  };
}

import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { imageDigest } from '../canonical-id.ts';
import { accept, reject } from '../observe.ts';
import { at, isObject, objects, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';
import { isTagValue, parseTagValue } from './tag-value.ts';

/** SPDX 2.2, 2.3 and 3.0 as JSON, 2.x as tags and values, also inside Kubescape's SBOM resources. Source: spdx.github.io/spdx-spec. */
export const sbomSpdx: FormatAdapter = {
  id: 'sbom-spdx',
  stability: 'beta',
  matches: (doc) =>
    typeof doc === 'string' ? isTagValue(doc) : isObject(doc) && (spdx2(doc) !== undefined || isSpdx3(doc)),
  decode,
};

function spdx2(doc: JsonObject): JsonObject | undefined {
  if (str(doc, 'spdxVersion')?.startsWith('SPDX-') === true) return doc;
  const inner = at(doc, 'spec', 'spdx');
  return isObject(inner) ? inner : undefined;
}

function isSpdx3(doc: JsonObject): boolean {
  return Array.isArray(doc['@graph']) && JSON.stringify(doc['@context'] ?? '').includes('spdx.org/rdf/3');
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (typeof doc === 'string') return decode(parseTagValue(doc), envelope);
  if (!isObject(doc)) return reject('sbom-spdx.schema', 'not an object');
  const old = spdx2(doc);
  const found = old === undefined ? describeGraph(objects(doc, '@graph')) : describeDocument(old, doc);
  const digest = imageDigest(found.text);
  const atMs = eventTime(envelope, found.created);
  return accept({
    kind: 'sbom',
    subject: found.subject,
    spec: 'spdx',
    components: found.components,
    atMs,
    ...(digest === undefined ? {} : { digest }),
    ...(old !== undefined && hasMinimumElements(old) && { minimal: true }),
  });
}

/** Creator and time of the document; supplier, version and an identifier of each package; and how they relate. */
function hasMinimumElements(sbom: JsonObject): boolean {
  const info = at(sbom, 'creationInfo');
  const relations = objects(sbom, 'relationships').filter((one) => str(one, 'relationshipType') !== 'DESCRIBES');
  if (str(info, 'created') === undefined || strings(info, 'creators').length === 0 || relations.length === 0)
    return false;
  return objects(sbom, 'packages').every((item) => {
    const said = [str(item, 'supplier'), str(item, 'name'), str(item, 'versionInfo')];
    const hasId = objects(item, 'externalRefs').some((ref) => /purl|cpe/i.test(str(ref, 'referenceType') ?? ''));
    return hasId && said.every((text) => text !== undefined && text !== 'NOASSERTION');
  });
}

interface Described {
  subject: string;
  /** Where the subject's digest stands, if it has one. */
  text: string | undefined;
  components: number;
  created: Json | undefined;
}

function describeDocument(sbom: JsonObject, outer: JsonObject): Described {
  const packages = objects(sbom, 'packages');
  const related = objects(sbom, 'relationships').find((relation) => str(relation, 'relationshipType') === 'DESCRIBES');
  const described = strings(sbom, 'documentDescribes')[0] ?? str(related, 'relatedSpdxElement');
  const subject = packages.find((item) => str(item, 'SPDXID') === described);
  const references = objects(subject, 'externalRefs').map((reference) => str(reference, 'referenceLocator'));
  const image = str(outer, 'metadata', 'annotations', 'kubescape.io/image-id');
  const attribution = strings(subject, 'attributionTexts').find((text) => text.startsWith('RepoDigest:'));
  return {
    subject:
      references.find((reference) => reference?.startsWith('pkg:')) ?? str(subject, 'name') ?? str(sbom, 'name') ?? '_',
    text: [...references, attribution, image, str(subject, 'name'), str(subject, 'versionInfo')].find(
      (text) => imageDigest(text) !== undefined,
    ),
    components: packages.filter((item) => item !== subject).length || packages.length,
    created: at(sbom, 'creationInfo', 'created'),
  };
}

/** SPDX 3 spells terms with or without their profile's prefix. */
function describeGraph(graph: JsonObject[]): Described {
  const typed = (pattern: RegExp): JsonObject[] =>
    graph.filter((item) => pattern.test(str(item, 'type') ?? str(item, '@type') ?? ''));
  const packages = typed(/(^|[_/])(AI|Dataset)?Package$/);
  const byId = new Map(graph.map((item) => [str(item, 'spdxId') ?? str(item, '@id'), item]));
  const rootOf = (item: JsonObject | undefined): JsonObject | undefined => byId.get(strings(item, 'rootElement')[0]);
  const document = typed(/(^|_)SpdxDocument$/)[0] ?? typed(/(^|_)Sbom$/)[0];
  // A document's root may be an SBOM, which has a root of its own.
  const root = rootOf(document);
  const subject = rootOf(root) ?? root;
  return {
    subject: str(subject, 'name') ?? str(document, 'name') ?? '_',
    text: JSON.stringify(subject?.verifiedUsing ?? null),
    components: packages.filter((item) => item !== subject).length || packages.length,
    created: typed(/CreationInfo$/)[0]?.created,
  };
}

import type { AssetRef, Decoded, Envelope, FindingVerdict, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { imageDigest } from '../canonical-id.ts';
import { codeAsset } from '../code-asset.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { at, evidence, isObject, num, objects, str, strings } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { assetOfImage, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Grype's JSON. Its primary id is often a GHSA where others have the CVE, so aliases are joined. Source: github.com/anchore/grype, schema/grype. */
export const grype: FormatAdapter = {
  id: 'grype',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) && Array.isArray(doc.matches) && (at(doc, 'descriptor', 'name') === 'grype' || isObject(doc.source)),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('grype.schema', 'not an object');
  const atMs = eventTime(envelope, at(doc, 'descriptor', 'timestamp'));
  const asset = assetOf(doc, envelope);
  const scope = `grype/${asset.id}/vuln`;
  // manifestDigest is of a local manifest and joins with nothing.
  const digest = imageDigest(strings(doc, 'source', 'target', 'repoDigests')[0]);
  const lines = [
    ...objects(doc, 'matches').map((match) => lineOf(match, asset, digest, 'fail')),
    ...objects(doc, 'ignoredMatches').map((match) => lineOf(match, asset, digest, 'suppressed')),
  ];
  const scanId = contentId([scope, digest ?? null, atMs]);
  return accept(
    ...scanReport(
      {
        detector: 'grype',
        detectorClass: 'vulnerability',
        scope,
        scanId,
        atMs,
        complete: true,
        absenceCloses: true,
        ...(digest === undefined ? {} : { digest }),
      },
      lines,
    ),
  );
}

function assetOf(doc: JsonObject, envelope: Envelope): AssetRef {
  const target = at(doc, 'source', 'target');
  const image = strings(target, 'repoDigests')[0] ?? str(target, 'userInput');
  if (str(doc, 'source', 'type') === 'image' && image !== undefined) return assetOfImage(image, envelope);
  return codeAsset(envelope);
}

function lineOf(match: JsonObject, asset: AssetRef, digest: string | undefined, verdict: FindingVerdict): Reported {
  const native = str(match, 'vulnerability', 'id');
  const aliases = objects(match, 'relatedVulnerabilities').map((related) => str(related, 'id'));
  const rule = joinAdvisory([native, ...aliases]) ?? 'unknown-vulnerability';
  const name = str(match, 'artifact', 'name');
  return {
    rule,
    title: `${rule} in ${name ?? 'a package'}`,
    asset,
    discriminator: vulnerabilityDiscriminator(name, rule),
    verdict,
    severity: severityOf(at(match, 'vulnerability', 'severity')),
    links:
      str(match, 'vulnerability', 'dataSource') === undefined
        ? undefined
        : [{ rel: 'advisory', href: str(match, 'vulnerability', 'dataSource') ?? '' }],
    ...evidence({
      package: name,
      installed_version: str(match, 'artifact', 'version'),
      fixed_version: strings(match, 'vulnerability', 'fix', 'versions')[0],
      fix_status: str(match, 'vulnerability', 'fix', 'state'),
      native_id: native,
      risk: num(match, 'vulnerability', 'risk'),
      epss: num(objects(match, 'vulnerability', 'epss')[0], 'epss'),
      known_exploited: objects(match, 'vulnerability', 'knownExploited').length > 0 ? true : undefined,
      cvss_vector: objects(match, 'vulnerability', 'cvss')
        .map((score) => str(score, 'vector'))
        .find((vector) => vector?.startsWith('CVSS:3')),
      digest,
    }),
  };
}

import type {
  AssetRef,
  Decoded,
  Envelope,
  FormatAdapter,
  Json,
  JsonObject,
  Observation,
  SbomObservation,
} from '@cnapp-slo/model';
import { imageAsset, repositoryAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { gateVerdict, isEnforced } from '../github-webhooks/runs.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { at, isObject, obj, objects, parseJson, str } from '../read.ts';
import { sbomCyclonedx } from '../sbom-cyclonedx/adapter.ts';
import { sbomSpdx } from '../sbom-spdx/adapter.ts';
import { eventTime } from '../time.ts';

/** in-toto statements (SLSA provenance, verification summaries, test results), bare, in DSSE, Sigstore bundles or Cloud Build's wrapper. Source: in-toto.io, slsa.dev/spec. */
export const slsaIntoto: FormatAdapter = {
  id: 'slsa-intoto',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (isStatement(doc) || isEnvelope(doc) || (isObject(doc.provenance_summary) && 'image_summary' in doc)),
  decode,
};

function isStatement(doc: JsonObject): boolean {
  const type = str(doc, '_type') ?? str(doc, 'type') ?? '';
  return (
    type.startsWith('https://in-toto.io/Statement/') ||
    (typeof doc.predicateType === 'string' && Array.isArray(doc.subject))
  );
}

function isEnvelope(doc: JsonObject): boolean {
  if (doc.payloadType === 'application/vnd.in-toto+json') return true;
  return (
    str(doc, 'mediaType')?.startsWith('application/vnd.dev.sigstore.bundle') === true || isObject(doc.dsseEnvelope)
  );
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('slsa-intoto.schema', 'not an object');
  if (isStatement(doc)) return accept(...observe(doc, envelope));
  const payload = str(doc, 'payload') ?? str(doc, 'dsseEnvelope', 'payload');
  if (payload !== undefined) {
    const statement = parseJson(
      new TextDecoder().decode(Uint8Array.from(atob(base64(payload)), (char) => char.charCodeAt(0))),
    );
    return isObject(statement)
      ? accept(...observe(statement, envelope, signedAt(doc) ?? null))
      : reject('slsa-intoto.payload', 'the payload is no in-toto statement');
  }
  const statements = objects(doc, 'provenance_summary', 'provenance').map(
    (entry) => at(entry, 'build', 'intotoStatement') ?? at(entry, 'build', 'inTotoSlsaProvenanceV1'),
  );
  const known = statements.filter(isObject).map((statement) => ({
    ...statement,
    // Cloud Build has the predicate under its own name.
    predicate: statement.predicate ?? statement.slsaProvenance ?? null,
  }));
  if (known.length > 0) return accept(...known.flatMap((statement) => observe(statement, envelope)));
  // A Sigstore bundle may sign a message instead of a statement.
  return accept({ kind: 'activity', action: 'intoto:bundle', atMs: eventTime(envelope) });
}

/** Standard alphabet without stray characters, so that `atob` takes it. */
function base64(text: string): string {
  const standard = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  return standard.slice(0, standard.length - (standard.length % 4 === 1 ? 1 : 0));
}

/** When the transparency log of a Sigstore bundle took it in (epoch seconds). */
function signedAt(bundle: JsonObject): Json | undefined {
  return objects(bundle, 'verificationMaterial', 'tlogEntries')[0]?.integratedTime;
}

/** `signed`: undefined for a bare statement, else when it was signed, null where the envelope does not say. */
function observe(statement: JsonObject, envelope: Envelope, signed?: Json): Observation[] {
  const type = str(statement, 'predicateType') ?? 'unknown';
  const predicate = obj(statement, 'predicate');
  const subject = objects(statement, 'subject')[0];
  const asset = subjectAsset(subject);
  if (/slsa\.dev\/provenance/.test(type) || /in-toto\.io\/Provenance/.test(type))
    return [provenance(statement, predicate, asset, envelope, signed)];
  const sboms = attestedSbom(type, statement, predicate, envelope);
  if (sboms.length > 0) return sboms.map((sbom) => (signed === undefined ? sbom : { ...sbom, signed: true }));
  const atMs = eventTime(envelope, predicate.timeVerified, predicate.timeCreated, predicate.Timestamp, signed);
  const commit = str(subject, 'digest', 'gitCommit') ?? str(subject, 'digest', 'sha1');
  const repository = /^(https:\/\/[^/]+\/[^/]+\/[^/]+)/.exec(str(predicate, 'url') ?? '')?.[1];
  if (/test-result/.test(type) && commit !== undefined && repository !== undefined) {
    const gate = str(objects(predicate, 'configuration')[0], 'name') ?? 'test-result';
    return [
      {
        kind: 'gate',
        repository: repositoryAsset(repository).id,
        revision: commit,
        gate,
        verdict: gateVerdict(str(predicate, 'result')),
        enforced: isEnforced(gate, envelope),
        atMs,
      },
    ];
  }
  const result = str(predicate, 'verificationResult');
  const action = `intoto:${type.replace(/^https?:\/\//, '')}${result === undefined ? '' : `:${result}`}`;
  return [{ kind: 'activity', action, atMs, ...(asset === undefined ? {} : { asset }) }];
}

/** An SBOM as predicate, of the digest that the statement is about. */
function attestedSbom(
  type: string,
  statement: JsonObject,
  predicate: JsonObject,
  envelope: Envelope,
): SbomObservation[] {
  const format = /cyclonedx\.org\/bom/.test(type) ? sbomCyclonedx : /spdx\.dev\/Document/.test(type) ? sbomSpdx : null;
  if (!format?.matches(predicate, envelope)) return [];
  const sha256 = str(objects(statement, 'subject')[0], 'digest', 'sha256');
  const { observations } = format.decode(predicate, envelope);
  return observations
    .filter((one): one is SbomObservation => one.kind === 'sbom')
    .map((sbom) => (sha256 === undefined ? sbom : { ...sbom, digest: `sha256:${sha256.toLowerCase()}` }));
}

/** Provenance says that this artifact was built, from which source: v0.2 by `invocation.configSource`, v1 by the external parameters. */
function provenance(
  statement: JsonObject,
  predicate: JsonObject,
  asset: AssetRef | undefined,
  envelope: Envelope,
  signed: Json | undefined,
): Observation {
  const builder = str(predicate, 'builder', 'id') ?? str(predicate, 'runDetails', 'builder', 'id');
  const source =
    str(predicate, 'invocation', 'configSource', 'uri') ??
    str(predicate, 'buildDefinition', 'externalParameters', 'workflow', 'repository') ??
    str(predicate, 'buildDefinition', 'externalParameters', 'source', 'uri') ??
    str(predicate, 'buildDefinition', 'externalParameters', 'source', 'repository');
  const resolved =
    objects(predicate, 'buildDefinition', 'resolvedDependencies')[0] ?? objects(predicate, 'materials')[0];
  const revision =
    str(predicate, 'invocation', 'configSource', 'digest', 'sha1') ??
    str(resolved, 'digest', 'gitCommit') ??
    str(resolved, 'digest', 'sha1');
  const repository =
    source === undefined ? undefined : repositoryAsset(source.replace(/^git\+/, '').replace(/@refs\/.*$/, '')).id;
  const runId =
    str(predicate, 'metadata', 'buildInvocationId') ??
    str(predicate, 'metadata', 'buildInvocationID') ??
    str(predicate, 'runDetails', 'metadata', 'invocationId');
  const digests = objects(statement, 'subject').flatMap((subject) => {
    const sha256 = str(subject, 'digest', 'sha256');
    return sha256 === undefined ? [] : [`sha256:${sha256.toLowerCase()}`];
  });
  const metadata = obj(predicate, 'metadata');
  const runMetadata = obj(predicate, 'runDetails', 'metadata');
  return change({
    nativeId: runId ?? contentId(statement),
    changeKind: 'build',
    action: 'slsa:build',
    atMs: eventTime(
      envelope,
      metadata.buildFinishedOn,
      runMetadata.finishedOn,
      metadata.buildStartedOn,
      runMetadata.startedOn,
      signed,
    ),
    assets: asset === undefined ? [] : [asset],
    actor: actorOf(builder, 'automation'),
    outcome: 'success',
    title: `provenance of ${asset?.name ?? 'an artifact'}`,
    vcs: repository === undefined ? undefined : { repository, ...(revision === undefined ? {} : { revision }) },
    pipeline: { ...(builder === undefined ? {} : { name: builder }), ...(runId === undefined ? {} : { runId }) },
    digests: digests.length === 0 ? undefined : digests,
  });
}

/** A container by its repository; a file or package by its name. Digests of subjects may be other than sha256. */
function subjectAsset(subject: JsonObject | undefined): AssetRef | undefined {
  const name = str(subject, 'name') ?? str(subject, 'uri');
  if (name === undefined) return undefined;
  const url = name.replace(/^https?:\/\//, '');
  if (/^[^/]+\.[^/]+\/.+/.test(url) && !/\.(tar\.gz|tgz|zip|whl|jar|exe|txt)$/.test(url)) return imageAsset(url);
  return { id: `artifact:${name}`, kind: 'artifact', provider: 'other', name };
}

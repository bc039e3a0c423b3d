import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { imageAsset, imageDigest, repositoryAsset } from '../canonical-id.ts';
import { gateVerdict, isEnforced } from '../github-webhooks/runs.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { isObject, obj, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** CDEvents 0.3 to 0.6. Source: cdevents.dev. */
export const cdevents: FormatAdapter = {
  id: 'cdevents',
  stability: 'beta',
  matches: (doc) => isObject(doc) && str(doc, 'context', 'type')?.startsWith('dev.cdevents.') === true,
  decode,
};

/** Subject and predicate that change something, with the kind of change and its outcome. */
const CHANGES: Record<string, ['commit' | 'build' | 'deploy', 'success' | 'failure' | 'unknown']> = {
  'change.merged': ['commit', 'success'],
  'service.deployed': ['deploy', 'success'],
  'service.upgraded': ['deploy', 'success'],
  'service.rolledback': ['deploy', 'success'],
  'service.removed': ['deploy', 'success'],
  'artifact.packaged': ['build', 'success'],
  'artifact.published': ['build', 'success'],
  'build.finished': ['build', 'unknown'],
  'pipelinerun.finished': ['build', 'unknown'],
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('cdevents.schema', 'not an object');
  const [, , subject = '', predicate = ''] = (str(doc, 'context', 'type') ?? '').split('.');
  const name = `${subject}.${predicate}`;
  const context = obj(doc, 'context');
  const content = obj(doc, 'subject', 'content');
  const atMs = eventTime(envelope, context.timestamp);
  const asset = assetOf(content, obj(doc, 'subject'), context);
  const nativeId = `${str(context, 'source') ?? '_'}#${str(context, 'id') ?? '_'}`;
  const outcome = str(content, 'outcome');
  const known = CHANGES[name];
  const observations: Observation[] = [];
  if (/^(taskrun|testcaserun|testsuiterun)$/.test(subject) && predicate === 'finished')
    observations.push(...gate(doc, content, envelope, atMs));
  if (known !== undefined) {
    const [changeKind, fallback] = known;
    const user = str(content, 'user');
    const source = str(context, 'source');
    const verdict = outcome === undefined ? undefined : gateVerdict(outcome);
    const revision = str(content, 'commit') ?? str(content, 'change', 'id');
    const repository = repositoryOf(content);
    const digest = imageDigest(purlOf(content, obj(doc, 'subject')));
    observations.push(
      change({
        nativeId,
        changeKind,
        action: `cdevents:${name}`,
        atMs,
        assets: asset === undefined ? [] : [asset],
        // A run is automation; who merged or had it deployed the event does not say.
        actor: user === undefined && changeKind === 'build' ? actorOf(source, 'automation') : actorOf(user ?? source),
        outcome:
          verdict === undefined
            ? fallback
            : verdict === 'pass'
              ? 'success'
              : verdict === 'skipped'
                ? 'unknown'
                : 'failure',
        environment: str(content, 'environment', 'id'),
        service: subject === 'service' ? str(doc, 'subject', 'id') : undefined,
        vcs: repository === undefined ? undefined : { repository, ...(revision === undefined ? {} : { revision }) },
        digests: digest === undefined ? undefined : [digest],
        pipeline:
          subject === 'pipelinerun'
            ? {
                runId: str(doc, 'subject', 'id') ?? '_',
                ...(str(content, 'pipelineName') === undefined ? {} : { name: str(content, 'pipelineName') ?? '' }),
              }
            : undefined,
      }),
    );
  }
  if (observations.length > 0) return accept(...observations);
  return accept({ kind: 'activity', action: `cdevents:${name}`, atMs, ...(asset === undefined ? {} : { asset }) });
}

/** A finished task or test judges a revision, where the event names one. */
function gate(doc: JsonObject, content: JsonObject, envelope: Envelope, atMs: number): Observation[] {
  const repository = repositoryOf(content) ?? str(envelope.resource, 'vcs.repository.url.full');
  const revision =
    str(content, 'commit') ?? str(doc, 'customData', 'revision') ?? str(envelope.resource, 'vcs.ref.head.revision');
  const name =
    str(content, 'taskName') ??
    str(content, 'testSuite', 'name') ??
    str(content, 'testCase', 'name') ??
    str(doc, 'subject', 'id') ??
    'task';
  if (repository === undefined || revision === undefined) return [];
  return [
    {
      kind: 'gate',
      repository: repositoryAsset(repository).id,
      revision,
      gate: name,
      verdict: gateVerdict(str(content, 'outcome')),
      enforced: isEnforced(name, envelope),
      atMs,
      runId: str(doc, 'subject', 'id') ?? name,
    },
  ];
}

/** A repository's id is unique within its source, which names the host where it is a URL. */
function repositoryOf(content: JsonObject): string | undefined {
  const reference = isObject(content.repository) ? content.repository : obj(content, 'change', 'repository');
  const source = str(reference, 'source');
  const id = str(reference, 'id') ?? source;
  if (id === undefined) return undefined;
  const host = /^https?:\/\/([^/]+)/.exec(source ?? '')?.[1];
  return repositoryAsset(id, host).id;
}

function purlOf(content: JsonObject, subject: JsonObject): string | undefined {
  const ids = [str(content, 'artifactId'), str(content, 'artifact', 'id'), str(subject, 'id')];
  return ids.find((id) => id?.startsWith('pkg:'));
}

function assetOf(content: JsonObject, subject: JsonObject, context: JsonObject): AssetRef | undefined {
  const purl = purlOf(content, subject);
  if (purl !== undefined) {
    const oci = /^pkg:(?:oci|docker)\/([^@?]+)/.exec(purl)?.[1];
    const registry = /[?&]repository_url=([^&]+)/.exec(purl)?.[1];
    if (registry !== undefined) return imageAsset(decodeURIComponent(registry).replace(/[@?].*$/, ''));
    // Without a registry the name is anybody's: no image of Docker Hub.
    if (oci !== undefined) return { id: purl.replace(/[@?].*$/, ''), kind: 'image', provider: 'oci', name: oci };
    return { id: purl.replace(/@.*$/, ''), kind: 'package', provider: 'other' };
  }
  const kind = (str(context, 'type') ?? '').split('.')[2] ?? 'subject';
  const repository = kind === 'repository' ? str(content, 'url') : repositoryOf(content);
  if (repository !== undefined) return repositoryAsset(repository);
  const id = str(subject, 'id');
  return id === undefined ? undefined : { id: `cdevents:${kind}:${id}`, kind, provider: 'other', name: id };
}

import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { isObject, obj, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Backstage catalog entities: who owns which component and repository. Source: backstage.io/docs/features/software-catalog/descriptor-format. */
export const ownersBackstage: FormatAdapter = {
  id: 'owners-backstage',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) && str(doc, 'apiVersion')?.startsWith('backstage.io/') === true && typeof doc.kind === 'string',
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('owners-backstage.schema', 'not an object');
  const kind = (str(doc, 'kind') ?? '_').toLowerCase();
  const name = str(doc, 'metadata', 'name') ?? '_';
  const atMs = eventTime(envelope);
  const owner = str(doc, 'spec', 'owner');
  const system = str(doc, 'spec', 'system');
  const context = { ...(owner === undefined ? {} : { owner: teamOf(owner) }), service: system ?? name };
  const entity = `backstage:${kind}:${str(doc, 'metadata', 'namespace') ?? 'default'}/${name}`;
  const annotations = obj(doc, 'metadata', 'annotations');
  const slug = str(annotations, 'github.com/project-slug');
  const gitlab = str(annotations, 'gitlab.com/project-slug');
  const repository =
    slug !== undefined
      ? repositoryAsset(slug)
      : gitlab !== undefined
        ? repositoryAsset(gitlab, 'gitlab.com')
        : undefined;
  const self = present({ id: entity, kind, provider: 'other', name }, atMs, context);
  return accept(
    repository === undefined ? self : { ...self, relations: [{ rel: 'owns', to: repository.id }] },
    ...(repository === undefined ? [] : [present(repository, atMs, context)]),
  );
}

/** `[kind:][namespace/]name`; the kind is Group and the namespace `default` unless said. */
function teamOf(reference: string): string {
  const match = /^(?:([a-z]+):)?(?:([^/]+)\/)?(.+)$/i.exec(reference);
  const [, , namespace, name] = match ?? [];
  return namespace === undefined || namespace === 'default' ? (name ?? reference) : `${namespace}/${name}`;
}

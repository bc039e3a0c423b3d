import type { AssetRef } from '@cnapp-slo/model';

/**
 * A full resource name (`//compute.googleapis.com/projects/…`), from one, a self link, or a relative name and its service.
 * `projects/_/buckets/b` is the audit log's name of `//storage.googleapis.com/b`.
 */
export function gcpAsset(name: string, service?: string, project?: string): AssetRef {
  const full = fullName(name, service);
  const found = /\/projects\/([^/]+)/.exec(full)?.[1] ?? project;
  const account = found === '_' ? project : found;
  const [, , host = '', ...path] = full.split('/');
  const product = host.split('.')[0] ?? 'gcp';
  // The type stands before the id; a name without one (`organizations/1/groupSettings`) ends in it.
  const before = path.at(-2);
  const named = before !== undefined && /^\d+$/.test(before) ? path.at(-1) : before;
  const type = path.length >= 2 ? named : product === 'storage' ? 'bucket' : undefined;
  const location = /\/(?:zones|regions|locations)\/([^/]+)/.exec(full)?.[1];
  const last = path.at(-1);
  return {
    id: full,
    kind: `${product}_${singular(type ?? 'resource')}`,
    provider: 'gcp',
    ...(last === undefined ? {} : { name: last }),
    ...(account === undefined ? {} : { account }),
    ...(location === undefined ? {} : { region: location }),
  };
}

function fullName(name: string, service: string | undefined): string {
  const link =
    /^https:\/\/(?:www\.googleapis\.com\/([a-z]+)|([a-z-]+)\.googleapis\.com)\/(?:v\d[a-z0-9]*\/)?(.+)$/.exec(name);
  const linked = link === null ? name : `//${link[1] ?? link[2]}.googleapis.com/${link[3]}`;
  const bucket = /^(?:\/\/storage\.googleapis\.com\/)?(?:projects\/_\/buckets\/|b\/)([^/]+)/.exec(linked)?.[1];
  if (bucket !== undefined) return `//storage.googleapis.com/${bucket}`;
  if (linked.startsWith('//')) return linked.replace(/\/+$/, '');
  return `//${service ?? 'cloudresourcemanager.googleapis.com'}/${linked.replace(/^\/+|\/+$/g, '')}`;
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(ss|x)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

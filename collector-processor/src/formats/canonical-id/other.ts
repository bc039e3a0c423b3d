import type { AssetRef, Provider } from '@cnapp-slo/model';

export interface ImageReference {
  /** With registry host: `docker.io/library/nginx`. */
  repository: string;
  tag?: string;
  /** `sha256:…`. */
  digest?: string;
}

/** Splits an image reference, with Docker's defaults filled in. Source: distribution/reference. */
export function parseImage(reference: string): ImageReference {
  const bare = reference.replace(/^[a-z-]+:\/\//, '');
  const [path = '', digest] = bare.split('@');
  const colon = path.lastIndexOf(':');
  const tagged = colon > path.lastIndexOf('/');
  const repository = tagged ? path.slice(0, colon) : path;
  const first = repository.split('/')[0] ?? '';
  const hosted = repository.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const host = hosted ? first.replace(/^(index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io';
  const rest = hosted ? repository.slice(first.length + 1) : repository;
  const full = host === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  return {
    repository: `${host}/${full}`.toLowerCase(),
    ...(tagged ? { tag: path.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The image repository, without tag and digest: those are evidence, because the next build is the same asset. */
export function imageAsset(reference: string): AssetRef {
  const { repository } = parseImage(reference);
  return { id: repository, kind: 'image', provider: 'oci', name: repository.slice(repository.lastIndexOf('/') + 1) };
}

/** `sha256:…` out of a repo digest, a pull reference or a purl (`pkg:oci/x@sha256%3A…`). */
export function imageDigest(reference: string | undefined): string | undefined {
  return reference === undefined
    ? undefined
    : /sha256(?::|%3A)[0-9a-f]{64}/i.exec(reference)?.[0].replace(/%3A/i, ':').toLowerCase();
}

/** `https://host/owner/name` with a lower-case host, from a URL, `git@host:owner/name.git` or `owner/name` on `defaultHost`. */
export function repositoryAsset(repository: string, defaultHost = 'github.com'): AssetRef {
  const ssh = /^(?:ssh:\/\/)?git@([^:/]+)[:/](.+)$/.exec(repository);
  const web = /^(?:git\+)?(?:https?|git):\/\/(?:[^@/]*@)?([^/]+)\/(.+)$/.exec(repository);
  const host = (ssh?.[1] ?? web?.[1] ?? defaultHost).toLowerCase();
  const path = (ssh?.[2] ?? web?.[2] ?? repository).replace(/[?#].*$/, '').replace(/(\.git)?\/*$/, '');
  const provider: Provider = host.includes('github') ? 'github' : host.includes('gitlab') ? 'gitlab' : 'other';
  return { id: `https://${host}/${path}`, kind: 'repository', provider, name: path };
}

/** A host by its name, lower-cased. */
export function hostAsset(name: string): AssetRef {
  return { id: `host:${name.toLowerCase()}`, kind: 'host', provider: 'other', name };
}

/** A principal of an identity provider (`okta`, `github` …). */
export function principalAsset(realm: string, name: string, kind = 'user'): AssetRef {
  return { id: `${realm}:${kind}:${name}`, kind, provider: realm === 'github' ? 'github' : 'other', name };
}

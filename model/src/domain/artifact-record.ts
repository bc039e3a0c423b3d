import type { Fact } from './fact.ts';
import type { SbomObservation } from './observation.ts';

export interface SbomNote {
  id: string;
  spec: SbomObservation['spec'];
  components: number;
  subject: string;
  atMs: number;
}

/** A digest: its SBOMs, and where it was seen running, first and last (epoch ms), by asset id. */
export interface ArtifactRecord {
  tenant: string;
  digest: string;
  /** By event time, then id. */
  sboms: SbomNote[];
  seen: Record<string, [firstMs: number, lastMs: number]>;
  /** False while all that is known of it is history. */
  live: boolean;
}

/** How long a sighting stands: inventories and scanners tell of a workload once a day. */
export const SIGHTING_MS = 86_400_000;

const DIGEST = /sha256:[0-9a-f]{64}/;

/** The digests that a fact says are running, or have an SBOM. */
export function digestsOf(fact: Fact): string[] {
  const { body } = fact;
  if (body.kind === 'sbom') return body.digest === undefined ? [] : [body.digest];
  if (body.kind === 'asset' && body.state === 'present') {
    const running = body.relations?.filter((relation) => relation.rel === 'runs_image') ?? [];
    return [...new Set(running.flatMap(({ to }) => DIGEST.exec(to)?.[0] ?? []))];
  }
  // A scanner or a sensor that looks at a workload names the digest that it runs; a registry scan does not show that it runs.
  if (body.kind !== 'finding' || body.asset.provider !== 'kubernetes') return [];
  const digest = DIGEST.exec(String(body.evidence?.digest ?? ''))?.[0];
  return digest === undefined ? [] : [digest];
}

export function mergeArtifact(known: ArtifactRecord | undefined, fact: Fact, digest: string): ArtifactRecord {
  const live = known?.live === true || fact.origin === 'live';
  const record = known ?? { tenant: fact.tenant, digest, sboms: [], seen: {}, live };
  const { body } = fact;
  if (body.kind === 'sbom') {
    const note = { id: fact.id, spec: body.spec, components: body.components, subject: body.subject, atMs: body.atMs };
    const sboms = [...record.sboms, note].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
    return { ...record, sboms, live };
  }
  if (body.kind !== 'asset' && body.kind !== 'finding') throw new Error(`${body.kind} shows no artifact running`);
  const [firstMs, lastMs] = record.seen[body.asset.id] ?? [fact.atMs, fact.atMs];
  if (body.asset.id in record.seen && firstMs <= fact.atMs && fact.atMs <= lastMs && live === record.live)
    return record;
  const seen = {
    ...record.seen,
    [body.asset.id]: [Math.min(firstMs, fact.atMs), Math.max(lastMs, fact.atMs)] as const,
  };
  return { ...record, seen: Object.fromEntries(Object.entries(seen).sort(byKey)) as ArtifactRecord['seen'], live };
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

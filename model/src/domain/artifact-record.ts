import type { Fact } from './fact.ts';
import type { SbomObservation } from './observation.ts';
import { addRange, type Range } from './ranges.ts';

export interface SbomNote {
  id: string;
  spec: SbomObservation['spec'];
  components: number;
  subject: string;
  atMs: number;
  signed?: boolean;
  minimal?: boolean;
}

/** A digest: its SBOMs, and where it was seen running, first and last (epoch ms), by asset id. */
export interface ArtifactRecord {
  tenant: string;
  digest: string;
  /** By event time, then id. */
  sboms: SbomNote[];
  seen: Record<string, [firstMs: number, lastMs: number]>;
  /** Within a day of a scan for vulnerabilities. */
  scanned?: readonly Range[];
  /** The builds that gave it, by fact id, and when (epoch ms). */
  builds?: Readonly<Record<string, number>>;
  /** False while all that is known of it is history. */
  live: boolean;
}

/** How long a sighting stands: inventories and scanners tell of a workload once a day. */
export const SIGHTING_MS = 86_400_000;
/** A scan older than this knows nothing of yesterday's advisories. */
const SCANNED_MS = 86_400_000;

const DIGEST = /sha256:[0-9a-f]{64}/;

/** The digests that a fact says are running, have an SBOM, were built or scanned. */
export function digestsOf(fact: Fact): string[] {
  const { body } = fact;
  if (body.kind === 'sbom') return body.digest === undefined ? [] : [body.digest];
  if (body.kind === 'change')
    return body.changeKind === 'build' && body.outcome !== 'failure' ? [...new Set(body.digests)] : [];
  if (body.kind === 'scan')
    return body.detectorClass === 'vulnerability' && body.digest !== undefined ? [body.digest] : [];
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
  const { body, atMs } = fact;
  switch (body.kind) {
    case 'sbom':
      return changed(record, { live, sboms: [...record.sboms, noteOf(fact.id, body)].sort(byTimeThenId) });
    case 'change':
      return changed(record, { live, builds: sorted({ ...record.builds, [fact.id]: atMs }) });
    case 'scan':
      return changed(record, { live, scanned: addRange(record.scanned ?? [], [atMs, atMs + SCANNED_MS]) });
    case 'asset':
    case 'finding': {
      const { id } = body.asset;
      const [firstMs, lastMs] = record.seen[id] ?? [atMs, atMs];
      if (id in record.seen && firstMs <= atMs && atMs <= lastMs && live === record.live) return record;
      const range = [Math.min(firstMs, atMs), Math.max(lastMs, atMs)] as [number, number];
      return changed(record, { live, seen: sorted({ ...record.seen, [id]: range }) });
    }
    default:
      throw new Error(`${body.kind} is of no artifact`);
  }
}

/** With its fields in one order, whatever came first: records are compared as text. */
function changed(record: ArtifactRecord, changes: Partial<ArtifactRecord>): ArtifactRecord {
  const { tenant, digest, sboms, seen, scanned, builds, live } = { ...record, ...changes };
  return { tenant, digest, sboms, seen, ...(scanned && { scanned }), ...(builds && { builds }), live };
}

function noteOf(id: string, { spec, components, subject, atMs, signed, minimal }: SbomObservation): SbomNote {
  return { id, spec, components, subject, atMs, ...(signed && { signed }), ...(minimal && { minimal }) };
}

function byTimeThenId(a: SbomNote, b: SbomNote): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : 1);
}

function sorted<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

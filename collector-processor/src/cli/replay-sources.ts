import type { EstateReader, Observation } from '@cnapp-slo/model';
import { DEFAULT_TENANT } from '@cnapp-slo/model';
import type { Recognition } from '../formats/index.ts';
import { findingIdOf } from '../pipeline/facts.ts';
import { textTable } from './table.ts';

/** What one format brought, over all files. */
interface Source {
  events: number;
  recognised: number;
  /** Ids of its findings, as the processor gives them. */
  findings: Set<string>;
  rejected: number;
  ms: number;
}

/** Documents of no known format, and files that cannot be read. */
const UNKNOWN = 'unknown';

/** Counts what each source brought, and after the processor took it all, what became of it. */
export class ReplaySources {
  readonly #sources = new Map<string, Source>();

  /** One piece of a file. Time and rejections are the format's that most of its documents have. */
  add({ events, recognised, byFormat, observations, rejections }: Recognition, ms: number): void {
    const main = mainFormat(byFormat);
    for (const [format, times] of Object.entries(byFormat)) {
      const source = this.#of(format);
      source.events += times;
      source.recognised += times;
    }
    if (events > recognised) this.#of(UNKNOWN).events += events - recognised;
    const source = this.#of(main ?? UNKNOWN);
    source.rejected += rejections.length;
    source.ms += ms;
    for (const observation of observations) if (isFinding(observation)) source.findings.add(idOf(observation));
  }

  /** Adds the time that the processor took for a file of the format. */
  spend(format: string | null, ms: number): void {
    this.#of(format ?? UNKNOWN).ms += ms;
  }

  table(estate: Pick<EstateReader, 'finding' | 'incidents'>): string {
    const incidents = incidentsOf(estate);
    const rows = [...this.#sources]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([format, { events, recognised, findings, rejected, ms }]) => {
        const episodes = [...findings].flatMap((id) => estate.finding(id)?.episodes ?? []);
        const touched = new Set(episodes.flatMap(({ id }) => incidents.get(id) ?? []));
        const counts = [events, recognised, findings.size, episodes.length, touched.size, rejected];
        return [format, ...counts.map(String), `${(ms / 1000).toFixed(2)} s`];
      });
    const header = ['SOURCE', 'EVENTS', 'RECOGNISED', 'FINDINGS', 'EPISODES', 'INCIDENTS', 'REJECTED', 'TIME'];
    return textTable(header, rows, header.slice(1));
  }

  #of(format: string): Source {
    let source = this.#sources.get(format);
    if (!source) {
      source = { events: 0, recognised: 0, findings: new Set(), rejected: 0, ms: 0 };
      this.#sources.set(format, source);
    }
    return source;
  }
}

/** The format of most documents; null when none is known. */
export function mainFormat(byFormat: Readonly<Record<string, number>>): string | null {
  return Object.entries(byFormat).toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function isFinding(observation: Observation): observation is Observation & { kind: 'finding' } {
  return observation.kind === 'finding';
}

function idOf(finding: Observation & { kind: 'finding' }): string {
  return findingIdOf(DEFAULT_TENANT, finding);
}

/** Episode id → ids of the incidents that it is in. */
function incidentsOf(estate: Pick<EstateReader, 'incidents'>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let cursor: string | null | undefined;
  do {
    const page = estate.incidents({ limit: 500, ...(cursor ? { cursor } : {}) });
    for (const { id, episode_ids } of page.items)
      for (const episode of episode_ids) found.set(episode, [...(found.get(episode) ?? []), id]);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}

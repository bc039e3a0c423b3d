import type { IncidentJson } from '../api.ts';
import type { EstateReader } from './ports.ts';

const PAGE_INCIDENTS = 500;

/** Every incident that is not resolved, firing ones first. */
export function openIncidents(estate: Pick<EstateReader, 'incidents'>): IncidentJson[] {
  const incidents: IncidentJson[] = [];
  for (const state of ['firing', 'acknowledged']) {
    let cursor: string | null | undefined;
    do {
      const page = estate.incidents({ state, limit: PAGE_INCIDENTS, ...(cursor && { cursor }) });
      incidents.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
  }
  return incidents;
}

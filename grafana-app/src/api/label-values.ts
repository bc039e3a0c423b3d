import type { LabelName } from '../datasource/query.ts';
import type { Client } from './client.ts';

/** Closed sets of SLI-DEFINITIONS; the other labels are whatever the assets carry. */
const closedSets: Partial<Record<LabelName, readonly string[]>> = {
  criticality: ['c0', 'c1', 'c2', 'c3'],
  severity: ['critical', 'high', 'medium', 'low', 'informational', 'unknown'],
  provider: ['aws', 'azure', 'gcp', 'kubernetes', 'github', 'gitlab', 'oci', 'other'],
  detector_class: [
    'posture',
    'iac',
    'identity_config',
    'vulnerability',
    'secret',
    'sast',
    'drift',
    'runtime',
    'identity',
  ],
};

/** Assets that are looked through for the values of an open label: four of the API's largest pages. */
const pagesOfAssets = 4;

/** The values of a label, sorted. */
export async function labelValues(client: Pick<Client, 'assets' | 'slis'>, label: LabelName): Promise<string[]> {
  const closed = closedSets[label];
  if (closed !== undefined) return [...closed];
  if (label === 'sli') return (await client.slis({})).items.map(({ id }) => id);
  const values = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < pagesOfAssets; page++) {
    const answer = await client.assets({ limit: 500, ...(cursor === null ? {} : { cursor }) });
    for (const asset of answer.items) {
      const value = label === 'team' ? asset.team : label === 'environment' ? asset.environment : asset.tenant;
      if (value) values.add(value);
    }
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return [...values].toSorted();
}

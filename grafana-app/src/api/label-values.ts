import type { LabelName } from '../datasource/query.ts';
import type { Client } from './client.ts';

/** Closed sets of SLI-DEFINITIONS; the other labels are whatever the assets carry. */
const closedSets = {
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
} as const;

/** The values of a label, sorted. */
export async function labelValues(
  client: Pick<Client, 'labels' | 'slis'>,
  label: LabelName,
): Promise<readonly string[]> {
  if (label === 'sli') return (await client.slis({})).items.map(({ id }) => id);
  if (label === 'team' || label === 'environment' || label === 'tenant') return (await client.labels())[label];
  return closedSets[label];
}

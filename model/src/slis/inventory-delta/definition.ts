import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 11, F1. */
export const definition: SliDefinition = {
  id: 'inventory-delta',
  code: 'F1',
  title: 'Inventory delta',
  description: 'Share of the known scopes that no complete scan has enumerated within two of its intervals.',
  unit: '1',
  direction: 'lower_is_better',
  objective: null,
  counts: 'scopes',
  counting: 'none',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0,
  version: 'f1.v1',
  exclusions: {},
  companions: {
    known_scopes: { title: 'Known scopes', unit: 'count', description: 'scopes that were ever scanned' },
    failed_scans: {
      title: 'Failed scans',
      unit: 'count',
      description: 'scans of the window that failed or were cut short',
    },
    asset_delta: {
      title: 'Asset difference',
      unit: '1',
      description: '|assets the latest scans listed − assets the inventory has| / those, over scopes that say so',
    },
  },
};

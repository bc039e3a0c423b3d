import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 11, F6. */
export const definition: SliDefinition = {
  id: 'miscorrelation',
  code: 'F6',
  title: 'Miscorrelation',
  description:
    'Share of the resources in scope whose link to the code that declares them is missing, stale or contradictory.',
  unit: '1',
  direction: 'lower_is_better',
  objective: null,
  counts: 'resources',
  counting: 'none',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0,
  version: 'f6.v1',
  exclusions: {},
  companions: {
    none: { title: 'Undeclared', unit: '1', description: 'share of resources that nothing declares' },
    stale: {
      title: 'Stale',
      unit: '1',
      description: 'share of resources whose comparison with their declaration is older than two intervals',
    },
    contradictory: {
      title: 'Contradictory',
      unit: '1',
      description: 'share of resources that more than one repository claims',
    },
  },
};

/** Kinds that are not declared one by one: artifacts, machines of a pool, identities, and the scopes themselves. */
export const UNDECLARED_KINDS: readonly string[] = [
  'image',
  'repository',
  'node',
  'host',
  'account',
  'subscription',
  'project',
  'user',
  'iam_user',
  'principal',
  'service_account',
];

/** Claims of two repositories this close together contradict each other; a later one alone is a move. */
export const CLAIMS_TOGETHER_MS = 7 * 86_400_000;

import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 11, F2. */
export const definition: SliDefinition = {
  id: 'agent-heartbeat',
  code: 'F2',
  title: 'Agent heartbeats',
  description: 'Share of the expected agents that were heard of within three intervals, less what they lost.',
  unit: '1',
  direction: 'higher_is_better',
  objective: null,
  counts: 'agents',
  counting: 'none',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0,
  version: 'f2.v1',
  exclusions: {
    node_deleted: 'its node is gone',
  },
  companions: {
    expected: {
      title: 'Expected agents',
      unit: 'count',
      description: 'agents ever heard of on nodes that exist, and nodes of the inventory without any agent',
    },
    silent: { title: 'Silent agents', unit: 'count', description: 'expected agents that were not heard of' },
    drop_ratio: {
      title: 'Events lost',
      unit: '1',
      description: 'events lost / events, in this hour and the one before, of agents that count both',
    },
  },
};

/** What the inventory calls a machine that an agent should run on. */
export const NODE_KINDS: readonly string[] = ['node', 'host'];

import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 7. */
export const definition: SliDefinition = {
  id: 'sbom-coverage',
  code: 'M7',
  title: 'SBOM coverage',
  description: 'Share of the artifact digests running in the window that have an SBOM of exactly that digest.',
  unit: '1',
  direction: 'higher_is_better',
  objective: 0.9,
  counts: 'running digests',
  counting: 'members',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0.9,
  version: 'm7.v1',
  exclusions: {
    short_lived: 'ran for less than ten minutes in the window',
  },
  companions: {
    instance_weighted: {
      title: 'By workload',
      unit: '1',
      description: 'the same, each digest counted once for each workload that ran it',
    },
    critical: { title: 'Critical assets', unit: '1', description: 'the same, of digests that ran on c0 or c1 assets' },
    signed: {
      title: 'Signed',
      unit: '1',
      description: 'share of running digests with an SBOM that came signed or attested',
    },
    minimum_elements: {
      title: 'Minimum elements',
      unit: '1',
      description: 'share of running digests with an SBOM that has the minimum elements',
    },
    rescanned: {
      title: 'Scanned within a day',
      unit: '1',
      description: 'share of the digests that run at the end of the window that were scanned within 24 hours before it',
    },
    build_coverage: {
      title: 'Builds with an SBOM',
      unit: '1',
      description: 'builds of the window whose artifact has an SBOM / builds that say what they gave',
    },
    without_components: {
      title: 'Empty SBOMs',
      unit: 'count',
      description: 'running digests whose only SBOMs list nothing',
    },
  },
};

/** A digest that ran for less than this in the window is not counted. */
export const MINIMUM_RUN_MS = 10 * 60_000;

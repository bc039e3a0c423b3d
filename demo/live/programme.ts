import { ACCOUNTS } from '../company/catalogue.ts';
import type { Resource, ResourceKind } from '../company/company.ts';
import { isOn } from '../world.ts';
import type { Stage, Story } from './stage.ts';
import { bucketStory } from './stories/bucket.ts';
import { privilegedPodStory, securityGroupStory } from './stories/by-hand.ts';
import { kubectlDriftStory } from './stories/drift.ts';
import { imageStory } from './stories/image.ts';
import { silentScannerStory } from './stories/silence.ts';

/** What fails again this soon continues its old episode instead of beginning one. */
const FLAP_MS = 20 * 60_000;

/** The stories, one after the other and each on a resource of its own, for ever. The one to follow comes first. */
export function* programme(stage: Stage): Story {
  const used = new Map<Resource, number>();
  const fresh = (kind: ResourceKind): Resource | undefined => {
    const now = stage.now();
    const candidates = stage.world.company.resources.filter(
      (resource) =>
        resource.kind === kind &&
        !stage.world.lifetimes.has(resource.id) &&
        (used.get(resource) ?? 0) < now - FLAP_MS &&
        !stage.world.violations.some((one) => one.resource === resource && isOn(one, now)) &&
        !stage.world.drifts.some((one) => one.resource === resource && isOn(one, now)),
    );
    if (candidates.length === 0) return undefined;
    const resource = stage.random.pick(candidates);
    used.set(resource, now);
    return resource;
  };
  function* on(kind: ResourceKind, story: (stage: Stage, resource: Resource) => Story): Story {
    const resource = fresh(kind);
    if (resource) yield* story(stage, resource);
    yield 5;
  }
  for (;;) {
    yield* on('bucket', bucketStory);
    yield* on('deployment', privilegedPodStory);
    yield* on('deployment', imageStory);
    yield* on('deployment', kubectlDriftStory);
    yield* silentScannerStory(stage, stage.random.pick([ACCOUNTS.data, ACCOUNTS.staging]));
  }
}

/** Small things beside the programme, so that the numbers move from the start. */
export function* incidents(stage: Stage): Story {
  yield 2; // after the first scans
  for (;;) {
    const groups = stage.world.company.resources.filter(
      (one) =>
        one.kind === 'security_group' &&
        !stage.world.violations.some((violation) => violation.resource === one && isOn(violation, stage.now())),
    );
    if (groups.length > 0) yield* securityGroupStory(stage, stage.random.pick(groups));
    yield stage.random.between(40, 90);
  }
}

import type { Resource } from '../../company/company.ts';
import { patchEvent } from '../../telemetry/k8s-audit.ts';
import { vulnerabilitiesOf } from '../../telemetry/scanners.ts';
import type { Advisory } from '../../telemetry/trivy-operator.ts';
import { type Exposure, tagAt } from '../../world.ts';
import { runPipeline } from '../pipeline.ts';
import type { Stage, Story } from '../stage.ts';

/** An advisory is published, hits an image that runs, and a new image without it is rolled out. */
export function* imageStory(stage: Stage, deployment: Resource): Story {
  const { world, random } = stage;
  const { service, account } = deployment;
  const onCall = random.pick(service.team.people);
  const advisory: Advisory = {
    id: `CVE-${new Date(stage.now()).getUTCFullYear()}-${random.between(95_000, 99_999)}`,
    packageName: 'openssl',
    installed: '3.5.4-r0',
    fixed: '3.5.4-r1',
    severity: 'CRITICAL',
    score: 9.8,
    title: 'openssl: remote code execution in the handshake',
    publishedMs: stage.now(),
  };
  const exposure: Exposure = { advisory, deployment, startMs: stage.now(), endMs: null };
  world.exposures.push(exposure);
  stage.announce(`${advisory.id} is published; ${service.name} runs an image with it.`);
  yield 15;
  stage.emit([vulnerabilitiesOf(world, deployment, stage.now())]);
  yield 3;
  stage.alert(deployment, advisory.id);
  yield 10;
  stage.acknowledge(deployment, advisory.id, onCall);
  yield 5;
  stage.confirm(deployment, advisory.id, onCall);
  yield 10;
  yield* release(stage, deployment, onCall, `bump openssl to ${advisory.fixed}`, () => {
    exposure.endMs = stage.now();
  });
  stage.announce(
    `${service.name} runs ${tagAt(world, deployment, stage.now())} in ${account.name}, without ${advisory.id}.`,
  );
}

/** A release of a service: push, pipeline, rollout, and the scan of the new image. */
export function* release(
  stage: Stage,
  deployment: Resource,
  author: string,
  message: string,
  tookEffect: () => void = () => {},
): Story {
  const { service, account } = deployment;
  yield* runPipeline(stage, {
    repository: service.repository,
    author,
    message,
    name: 'release',
    gate: 'trivy image scan',
    deployment: { service: service.name, environment: account.environment },
  });
  const tag = `sha-${stage.random.hex(8)}`;
  const atMs = stage.now();
  const rollout = {
    atMs,
    deployment,
    caller: { pipeline: 'release' },
    path: 'spec.template.spec.containers.image',
    value: `${service.image}:${tag}`,
  };
  stage.world.releases.push({ deployment, atMs, tag });
  tookEffect();
  stage.emit([patchEvent(rollout, stage.random)]);
  yield 12;
  stage.emit([vulnerabilitiesOf(stage.world, deployment, stage.now())]);
}

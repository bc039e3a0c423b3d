import type { Resource } from '../../company/company.ts';
import { driftChange } from '../../telemetry/changes.ts';
import { planOf } from '../../telemetry/scanners.ts';
import type { Drift } from '../../world.ts';
import type { Stage, Story } from '../stage.ts';

/** Somebody scales a deployment with kubectl; the next plan sees it. What heals within the settle time does not count as drift. */
export function* kubectlDriftStory(stage: Stage, deployment: Resource): Story {
  const { world, random } = stage;
  const person = random.pick(deployment.service.team.people);
  const drift: Drift = { resource: deployment, kind: 'modified', startMs: stage.now(), endMs: null };
  world.drifts.push(drift);
  stage.emit([driftChange(deployment, stage.now(), { person }, random)]);
  stage.announce(`${person} scales ${deployment.name} with kubectl, past Terraform.`);
  yield 30;
  stage.emit([planOf(world, deployment.service.team, stage.now())]);
  stage.announce(`Terraform: ${deployment.address} differs from what is declared.`);
  yield 60;
  yield* applyStory(stage, drift);
}

/** An apply brings a resource back to what is declared, and a plan shows it. */
export function* applyStory(stage: Stage, drift: Drift): Story {
  const { team, name } = drift.resource.service;
  drift.endMs = stage.now();
  const caller = { pipeline: `deploy-${team.name}` };
  stage.emit([driftChange(drift.resource, stage.now(), caller, stage.random)]);
  yield 8;
  stage.emit([planOf(stage.world, team, stage.now())]);
  stage.announce(`Terraform: ${name} is in sync again (${drift.resource.address}).`);
}

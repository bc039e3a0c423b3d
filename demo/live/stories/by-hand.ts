import type { Resource } from '../../company/company.ts';
import { type Rule, rule } from '../../company/rules.ts';
import { changeOf, scanOf } from '../../telemetry/changes.ts';
import { DETECTIONS, falcoAlert } from '../../telemetry/falco.ts';
import type { Violation } from '../../world.ts';
import { beginningOfSecond, type Stage, type Story } from '../stage.ts';

/** Somebody opens a port in the console, and closes it when asked. */
export function* securityGroupStory(stage: Stage, group: Resource): Story {
  const open = rule('ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22');
  yield* byHand(stage, group, open, { scan: 18, fix: 25, proof: 12 });
}

/** Somebody runs a container as privileged to debug it; Falco sees that before the configuration audit does. */
export function* privilegedPodStory(stage: Stage, deployment: Resource): Story {
  yield* byHand(stage, deployment, rule('KSV-0017'), { scan: 10, fix: 35, proof: 12 }, () =>
    stage.emit([falcoAlert(DETECTIONS.privileged, deployment, stage.now(), stage.random)]),
  );
}

/** Seconds from the change to the scan, from the acknowledgement to the fix, and from there to the proof. */
interface Pace {
  scan: number;
  fix: number;
  proof: number;
}

function* byHand(stage: Stage, resource: Resource, broken: Rule, pace: Pace, seen: () => void = () => {}): Story {
  const { world, random } = stage;
  const person = random.pick(resource.service.team.people);
  yield* beginningOfSecond(stage);
  const violation: Violation = { rule: broken, resource, startMs: stage.now(), endMs: null };
  world.violations.push(violation);
  stage.emit(changeOf(violation, stage.now(), { person }, true, random));
  stage.announce(`${person} changes ${resource.service.name} by hand. ${broken.failing}`);
  yield 4;
  seen();
  yield pace.scan;
  stage.emit(scanOf(world, resource, broken.scanner, stage.now()));
  yield 3;
  stage.alert(resource, broken.id);
  yield 8;
  yield* remedy(stage, violation, person, pace);
}

/** Acknowledged, fixed and verified. */
export function* remedy(stage: Stage, violation: Violation, person: string, pace: Omit<Pace, 'scan'>): Story {
  const { rule: broken, resource } = violation;
  stage.acknowledge(resource, broken.id, person);
  yield 0.5 * pace.fix;
  stage.confirm(resource, broken.id, person);
  yield 0.5 * pace.fix;
  violation.endMs = stage.now();
  stage.emit(changeOf(violation, stage.now(), { person }, false, stage.random));
  yield pace.proof;
  stage.emit(scanOf(stage.world, resource, broken.scanner, stage.now()));
  stage.announce(`${resource.service.name}: fixed by ${person} and verified. ${broken.title}`);
}

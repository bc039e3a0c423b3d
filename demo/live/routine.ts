import { ACCOUNTS, type Account, CLUSTERS, TEAMS } from '../company/catalogue.ts';
import type { Resource } from '../company/company.ts';
import { cloudtrailRecord } from '../telemetry/cloudtrail.ts';
import { falcoHeartbeat } from '../telemetry/falco.ts';
import { leaseEvent } from '../telemetry/k8s-audit.ts';
import type { Telemetry } from '../telemetry/record.ts';
import {
  configAuditOf,
  deploymentsIn,
  driftctlOf,
  planOf,
  prowlerFullScan,
  securityHubUpdate,
  snapshotOf,
  vulnerabilitiesOf,
} from '../telemetry/scanners.ts';
import { exists, isOn } from '../world.ts';
import { type Stage, type Story, untilEndOfSecond } from './stage.ts';
import { remedy } from './stories/by-hand.ts';
import { applyStory } from './stories/drift.ts';
import { release } from './stories/image.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Seconds between the messages of one source while the demo runs, by format: what the processor is told to expect. */
export const INTERVALS = {
  cloudtrail: 40,
  'k8s-audit': 40,
  falco: 40,
  ocsf: 50,
  'securityhub-asff': 60,
  'trivy-operator': 60,
  'terraform-plan': 300,
  'github-webhooks': 120,
  'cicd-spans': 120,
  driftctl: 300,
  'inventory-aws-config': 300,
  'inventory-kubernetes-k8sobjects': 300,
} as const;

/** What goes on while nothing happens: every source speaks within its interval. All of them begin at once. */
export function routines(stage: Stage): Story[] {
  const accounts = Object.values(ACCOUNTS);
  const deployments = stage.world.company.resources.filter(({ kind }) => kind === 'deployment');
  return [
    heartbeats(stage, deployments),
    inTurn(stage, accounts, INTERVALS.ocsf, (account) => stage.emit(prowlerOf(stage, account))),
    inTurn(stage, accounts, INTERVALS['securityhub-asff'], (account) =>
      stage.emit(securityHubUpdate(stage.world, account, stage.now())),
    ),
    inTurn(stage, accounts, INTERVALS['inventory-aws-config'], (account) =>
      stage.emit([snapshotOf(stage.world, account, stage.now())]),
    ),
    inTurn(stage, Object.values(CLUSTERS), INTERVALS['inventory-kubernetes-k8sobjects'], (cluster) =>
      stage.emit(deploymentsIn(stage.world, cluster, stage.now())),
    ),
    inTurn(stage, [ACCOUNTS.sandbox], INTERVALS.driftctl, (account) =>
      stage.emit([driftctlOf(stage.world, account, stage.now())]),
    ),
    inTurn(stage, TEAMS, INTERVALS['terraform-plan'], (team) => stage.emit([planOf(stage.world, team, stage.now())])),
    inTurn(stage, byCluster(deployments), INTERVALS['trivy-operator'] * 5, (deployment) => {
      if (exists(stage.world, deployment, stage.now())) stage.emit(reportsOf(stage, deployment));
    }),
    releases(stage, deployments),
    remedies(stage),
    applies(stage),
  ];
}

/** Visits all items within `seconds`, the first round at once, so that every source has spoken before anything is asked of it. */
function* inTurn<T>(stage: Stage, items: readonly T[], seconds: number, visit: (item: T) => void): Story {
  for (const item of items) visit(item);
  for (;;) {
    for (const item of items) {
      yield untilEndOfSecond(stage, (0.9 * seconds) / items.length);
      visit(item);
    }
  }
}

function* heartbeats(stage: Stage, deployments: readonly Resource[]): Story {
  for (;;) {
    for (const cluster of Object.values(CLUSTERS)) {
      const deployment = deployments.find(({ service }) => service.team.cluster === cluster);
      if (!deployment) continue;
      stage.emit([
        falcoHeartbeat(deployment, `${cluster.name}-node-1`, stage.now()),
        leaseEvent(deployment, stage.now(), stage.random),
      ]);
    }
    for (const account of Object.values(ACCOUNTS)) stage.emit(harmlessCall(stage, account));
    yield 0.8 * INTERVALS.falco;
  }
}

function harmlessCall(stage: Stage, account: Account): Telemetry[] {
  const roles = stage.world.company.resources.filter((one) => one.kind === 'role' && one.account === account);
  const resource = stage.random.pick(roles);
  const caller = { person: stage.random.pick(resource.service.team.people) };
  return [cloudtrailRecord({ atMs: stage.now(), resource, call: 'iam:TagRole', caller }, stage.random)];
}

function prowlerOf(stage: Stage, account: Account): Telemetry[] {
  return stage.silent.has(account.id) ? [] : prowlerFullScan(stage.world, account, stage.now());
}

function reportsOf(stage: Stage, deployment: Resource): Telemetry[] {
  const { world } = stage;
  return [configAuditOf(world, deployment, stage.now()), vulnerabilitiesOf(world, deployment, stage.now())];
}

/** The clusters by turns, so that none waits for the others' deployments. */
function byCluster(deployments: readonly Resource[]): Resource[] {
  const clusters = [...Map.groupBy(deployments, ({ service }) => service.team.cluster.name).values()];
  const longest = Math.max(...clusters.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => clusters.map((own) => own[i % own.length]))
    .flat()
    .filter((one) => one !== undefined);
}

function* releases(stage: Stage, deployments: readonly Resource[]): Story {
  for (;;) {
    const deployment = stage.random.pick(deployments);
    yield* release(stage, deployment, stage.random.pick(deployment.service.team.people), 'tune pool sizes');
    yield 45;
  }
}

/** What the history left open is worked off, soon at first. */
function* remedies(stage: Stage): Story {
  for (let pause = 4; ; pause = 150) {
    yield pause;
    const now = stage.now();
    const open = stage.world.violations.filter((one) => isOn(one, now) && one.startMs < now - HOUR_MS);
    // The backlog waits: nobody has promised when it is worked off.
    const violation = open.find(({ startMs }) => startMs > now - 30 * DAY_MS) ?? open[0];
    if (!violation) continue;
    yield* remedy(stage, violation, stage.random.pick(violation.resource.service.team.people), { fix: 8, proof: 8 });
  }
}

function* applies(stage: Stage): Story {
  for (let pause = 20; ; pause = 240) {
    yield pause;
    const drift = stage.world.drifts.find((one) => isOn(one, stage.now()) && one.startMs < stage.now() - HOUR_MS / 3);
    if (drift) yield* applyStory(stage, drift);
  }
}

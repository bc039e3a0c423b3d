import type { AssetContext, Criticality } from '@cnapp-slo/model';
import { random } from '../random.ts';
import { type Account, type Cluster, ORGANISATION, TEAMS, type Team } from './catalogue.ts';

export type ResourceKind = 'bucket' | 'security_group' | 'role' | 'database' | 'function' | 'deployment';

/** A thing that telemetry speaks of. Its owner and its criticality reach the processor only as tags and labels of that telemetry. */
export interface Resource {
  kind: ResourceKind;
  /** Canonical id, as the processor builds it: the demo looks up findings with it. */
  id: string;
  name: string;
  service: Service;
  account: Account;
  /** Where Terraform declares it. */
  address: string;
}

export interface Service {
  name: string;
  team: Team;
  criticality: Criticality;
  /** `owner/name` on GitHub. */
  repository: string;
  /** The repository's numeric id. */
  repositoryId: number;
  image: string;
  resources: Resource[];
}

export interface Company {
  services: Service[];
  resources: Resource[];
}

/** The same seed gives the same company. */
export function buildCompany(seed: string): Company {
  const services = TEAMS.flatMap((team) =>
    team.services.map(([name, criticality, store]) => {
      const chance = random(`${seed}/service/${name}`);
      const service: Service = {
        name,
        team,
        criticality,
        repository: `${ORGANISATION}/${name}`,
        repositoryId: chance.between(100_000_000, 899_999_999),
        image: `ghcr.io/${ORGANISATION}/${name}`,
        resources: [],
      };
      const kinds: ResourceKind[] = ['deployment', 'security_group', 'role', ...(store ? [store] : [])];
      service.resources = kinds.map((kind) => resourceOf(kind, service, chance.hex(17)));
      return service;
    }),
  );
  return { services, resources: services.flatMap((service) => service.resources) };
}

/** The repository that holds a team's Terraform. */
export function infrastructureRepository(team: Team): string {
  return `${ORGANISATION}/infra-${team.name}`;
}

/** Tags as the company sets them on everything it owns. */
export function tagsOf({ name, team, criticality }: Service, account: Account): Record<string, string> {
  return { team: team.name, service: name, environment: account.environment, criticality };
}

/** What those tags should come to in the processor. */
export function contextOf(resource: Resource): AssetContext {
  const { name, team, criticality } = resource.service;
  return { owner: team.name, service: name, environment: resource.account.environment, criticality };
}

function resourceOf(kind: ResourceKind, service: Service, suffix: string): Resource {
  const { team, name } = service;
  const account = team.account;
  const arn = (rest: string): string => `arn:aws:${rest}`;
  const scoped = `${account.region}:${account.id}`;
  const shapes: Record<ResourceKind, [name: string, id: string, address: string]> = {
    bucket: [`${ORGANISATION}-${name}`, arn(`s3:::${ORGANISATION}-${name}`), `aws_s3_bucket.${slug(name)}`],
    security_group: [
      `sg-${suffix}`,
      arn(`ec2:${scoped}:security-group/sg-${suffix}`),
      `aws_security_group.${slug(name)}`,
    ],
    role: [`${name}-task`, arn(`iam::${account.id}:role/${name}-task`), `aws_iam_role.${slug(name)}_task`],
    database: [`${name}-db`, arn(`rds:${scoped}:db:${name}-db`), `aws_db_instance.${slug(name)}`],
    function: [`${name}-worker`, arn(`lambda:${scoped}:function:${name}-worker`), `aws_lambda_function.${slug(name)}`],
    deployment: [name, deploymentId(team.cluster, team.name, name), `kubernetes_deployment_v1.${slug(name)}`],
  };
  const [resourceName, id, address] = shapes[kind];
  return { kind, id, name: resourceName, service, account, address };
}

function deploymentId(cluster: Cluster, namespace: string, name: string): string {
  return `${cluster.name}/apps/deployment/${namespace}/${name}`;
}

function slug(name: string): string {
  return name.replaceAll('-', '_');
}

import type { JsonObject } from '@cnapp-slo/model';
import type { Team } from '../company/catalogue.ts';
import { infrastructureRepository, type Resource, tagsOf } from '../company/company.ts';
import { type LogRecord, logRecord, seconds } from './record.ts';

export type DriftKind = 'modified' | 'missing';

/**
 * A plan of a team's workspace as `terraform show -json` writes it: resources that need nothing are `no-op`, drifted ones stand in `resource_drift`, too.
 * Shape: developer.hashicorp.com/terraform/internals/json-format.
 */
export function terraformPlan(
  team: Team,
  resources: readonly Resource[],
  drifted: ReadonlyMap<string, DriftKind>,
  atMs: number,
): LogRecord {
  const kindOf = (resource: Resource): DriftKind | undefined => drifted.get(resource.id);
  const body: JsonObject = {
    format_version: '1.2',
    terraform_version: '1.13.4',
    timestamp: seconds(atMs),
    applyable: true,
    complete: true,
    errored: false,
    planned_values: { root_module: {} },
    resource_drift: resources.flatMap((resource) => {
      const kind = kindOf(resource);
      return kind === undefined ? [] : [entry(resource, kind === 'missing' ? ['delete'] : ['update'], kind)];
    }),
    resource_changes: resources.map((resource) => {
      const kind = kindOf(resource);
      const actions = kind === undefined ? ['no-op'] : kind === 'missing' ? ['create'] : ['update'];
      return entry(resource, actions, undefined);
    }),
  };
  const repository = infrastructureRepository(team);
  return logRecord(
    atMs,
    'terraform-plan',
    {
      'service.name': 'terraform-plan',
      'cnapp.scope': repository,
      'vcs.repository.url.full': `https://github.com/${repository}`,
      'cloud.account.id': team.account.id,
      'cloud.region': team.account.region,
      'k8s.cluster.name': team.cluster.name,
    },
    body,
  );
}

/** The provider's name for a kind of resource. */
export function terraformType(kind: Resource['kind']): string {
  return TYPES[kind];
}

const TYPES: Record<Resource['kind'], string> = {
  bucket: 'aws_s3_bucket',
  security_group: 'aws_security_group',
  role: 'aws_iam_role',
  database: 'aws_db_instance',
  function: 'aws_lambda_function',
  deployment: 'kubernetes_deployment_v1',
};

function entry(resource: Resource, actions: string[], drift: DriftKind | undefined): JsonObject {
  const declared = attributesOf(resource);
  const after = drift === 'missing' ? null : drift === 'modified' ? { ...declared, ...changed(resource) } : declared;
  return {
    address: resource.address,
    mode: 'managed',
    type: TYPES[resource.kind],
    name: resource.address.split('.')[1] ?? '',
    provider_name:
      resource.kind === 'deployment'
        ? 'registry.terraform.io/hashicorp/kubernetes'
        : 'registry.terraform.io/hashicorp/aws',
    change: { actions, before: declared, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
  };
}

function attributesOf(resource: Resource): JsonObject {
  const { kind, name, id, service, account } = resource;
  if (kind === 'deployment') {
    return {
      id: `${service.team.name}/${name}`,
      metadata: [{ name, namespace: service.team.name, labels: tagsOf(service, account) }],
      spec: [{ replicas: '3' }],
    };
  }
  const bare: JsonObject = { id: name, arn: id, tags_all: tagsOf(service, account) };
  return kind === 'bucket' ? { ...bare, bucket: name, versioning: 'Enabled' } : { ...bare, description: service.name };
}

/** What somebody changed by hand. */
function changed({ kind, name }: Resource): JsonObject {
  switch (kind) {
    case 'deployment':
      return { spec: [{ replicas: '9' }] };
    case 'bucket':
      return { versioning: 'Suspended' };
    default:
      return { description: `${name} (edited in the console)` };
  }
}

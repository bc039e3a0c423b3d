import type { AssetRef, ChangeObservation } from '@cnapp-slo/model';
import { AWS_CAPABILITIES } from './aws.ts';
import { AWS_RULES } from './aws-rules.ts';
import { AZURE_CAPABILITIES, AZURE_RULES } from './azure-gcp.ts';
import type { Capability } from './capability.ts';
import { IMAGE_FIELDS, KUBERNETES_RULES, WORKLOADS } from './kubernetes.ts';

/** What `canCause` needs to know of a finding. */
export interface CausedFinding {
  detector: string;
  rule: string;
  asset: AssetRef;
}

const CAPABILITIES: Record<string, Capability> = { ...AWS_CAPABILITIES, ...AZURE_CAPABILITIES };
const RULES = [...AWS_RULES, ...AZURE_RULES];

const TAGGING = /tag(s|ging)?(resource|bucket|role|user|policy|queue|key)?$|^(create|delete|add|remove|put)tags|untag/i;
const VULNERABILITY = /^(CVE-\d{4}-\d+|GHSA-[\w-]+)$/;
const IAC_ASSETS = new Set(['repository', 'source_tree', 'iac_resource']);

/**
 * Whether a change can have caused a finding: by the capabilities that its rule depends on, data in this folder. Only a change that took effect, on the finding's
 * asset (or anywhere in the account that the finding is about), counts. A rule that is not known is caused by nothing, so that no clock starts on a guess, with one
 * exception: what creates an asset can cause every configuration rule of the asset's own service.
 */
export function canCause(finding: CausedFinding, change: ChangeObservation): boolean {
  if (change.outcome !== 'success' || !concerns(finding.asset, change)) return false;
  const { rule } = finding;
  if (rule.endsWith('_drift')) return isWrite(change);
  if (VULNERABILITY.test(rule)) return bringsPackages(finding.asset, change);
  if (IAC_ASSETS.has(finding.asset.kind)) return change.changeKind === 'commit';
  if (change.action.startsWith('k8s:')) return kubernetesCause(rule, change);
  if (createsService(rule, change)) return true;
  return RULES.some(
    ([pattern, ...names]) => pattern.test(rule) && names.some((name) => uses(CAPABILITIES[name], change)),
  );
}

function concerns(asset: AssetRef, change: ChangeObservation): boolean {
  return change.assets.some(
    (touched) =>
      touched.id === asset.id ||
      (asset.kind === 'account' && asset.account !== undefined && touched.account === asset.account) ||
      touched.aliases?.includes(asset.id) === true ||
      asset.aliases?.includes(touched.id) === true,
  );
}

/** Drift: whatever writes to the asset, except its tags. */
function isWrite(change: ChangeObservation): boolean {
  if (change.changeKind === 'build' || change.changeKind === 'commit') return false;
  const operation = operationOf(change.action);
  if (change.action.startsWith('k8s:')) return change.action.split(':')[2] !== 'create' || change.changeKind === 'api';
  return !TAGGING.test(operation) && !onlyTouches(change, /^(tags|tags_all|labels|terraform_labels|effective_labels)$/);
}

function onlyTouches(change: ChangeObservation, fields: RegExp): boolean {
  return (
    change.action.startsWith('terraform:') &&
    change.fields !== undefined &&
    change.fields.length > 0 &&
    change.fields.every((field) => fields.test(field))
  );
}

/** A vulnerability arrives with an image, a package update of a repository, or a rollout. */
function bringsPackages(asset: AssetRef, change: ChangeObservation): boolean {
  if (change.changeKind === 'deploy') return true;
  if (asset.kind === 'repository') return change.changeKind === 'commit';
  if (asset.kind === 'image') return change.changeKind === 'build';
  const verb = kubernetesVerb(change);
  if (verb === undefined)
    return /^aws:(lambda:(CreateFunction|UpdateFunctionCode)|ec2:RunInstances|ecs:(RegisterTaskDefinition|UpdateService))$/.test(
      plainAction(change.action),
    );
  return (
    WORKLOADS.test(verb.resource) &&
    (verb.verb === 'create' || change.fields === undefined || change.fields.some((field) => IMAGE_FIELDS.test(field)))
  );
}

function kubernetesCause(rule: string, change: ChangeObservation): boolean {
  const verb = kubernetesVerb(change);
  if (verb === undefined) return false;
  return KUBERNETES_RULES.some(({ rule: pattern, resources, fields }) => {
    if (!pattern.test(rule) || !resources.test(verb.resource)) return false;
    // Where the audit level hides what was changed, a full write can have changed anything.
    return (
      verb.verb === 'create' ||
      fields === undefined ||
      change.fields === undefined ||
      change.fields.some((field) => fields.test(field))
    );
  });
}

/** `k8s:apps:patch:deployments` → verb and resource. Subresources (scale, status) change no template, and a deletion leaves nothing to fail. */
function kubernetesVerb(change: ChangeObservation): { verb: string; resource: string } | undefined {
  const [source, , verb = '', resource = ''] = change.action.split(':');
  if (source !== 'k8s' || !/^(create|update|patch)$/.test(verb) || resource.includes('/')) return undefined;
  return { verb, resource };
}

function uses(capability: Capability | undefined, change: ChangeObservation): boolean {
  if (capability === undefined) return false;
  if (change.action.startsWith('terraform:')) {
    const [, type = '', action] = change.action.split(':');
    const terraform = capability.terraform;
    if (terraform === undefined || !terraform.type.test(type)) return false;
    const { attributes } = terraform;
    return (
      action === 'create' ||
      attributes === undefined ||
      change.fields === undefined ||
      change.fields.some((field) => attributes.test(field))
    );
  }
  const { parameters } = capability;
  if (!capability.actions.test(plainAction(change.action))) return false;
  return (
    parameters === undefined ||
    change.fields === undefined ||
    /:(Create|Restore)/.test(change.action) ||
    change.fields.some((field) => parameters.test(field))
  );
}

/** Services by the way in which detectors begin their rules' names, where that is the service of the API, too. */
const SERVICE_OF_RULE: [rule: RegExp, service: string][] = [
  [/^(s3_|S3\.|s3-)/, 's3'],
  [/^(ec2_|vpc_|EC2\.|ec2-|vpc-)/, 'ec2'],
  [/^(iam_|IAM\.|iam-)/, 'iam'],
  [/^(rds_|RDS\.|rds-)/, 'rds'],
  [/^(awslambda_|Lambda\.|lambda-)/, 'lambda'],
  [/^(kms_|KMS\.|kms-)/, 'kms'],
  [/^(cloudtrail_|CloudTrail\.)/, 'cloudtrail'],
  [/^(eks_|EKS\.|eks-)/, 'eks'],
  [/^(ecr_|ECR\.|ecr-)/, 'ecr'],
  [/^(sns_|SNS\.|sns-)/, 'sns'],
  [/^(sqs_|SQS\.|sqs-)/, 'sqs'],
  [/^(dynamodb_|DynamoDB\.|dynamodb-)/, 'dynamodb'],
  [/^(secretsmanager_|SecretsManager\.)/, 'secretsmanager'],
];

function createsService(rule: string, change: ChangeObservation): boolean {
  const [provider, service, operation = ''] = plainAction(change.action).split(':');
  if (
    provider !== 'aws' ||
    !/^(Create(Bucket|SecurityGroup|Vpc|Volume|Role|User|Policy|DBInstance|DBCluster|Function|Key|Trail|Cluster|Repository|Topic|Queue|Table|Secret)|RunInstances)$/.test(
      operation,
    )
  )
    return false;
  return SERVICE_OF_RULE.some(([pattern, of]) => of === service && pattern.test(rule));
}

/** `aws:lambda:AddPermission20150331v2` → `aws:lambda:AddPermission`. */
function plainAction(action: string): string {
  return action.replace(/20\d{6}(v\d)?$/, '').replace(/_?20\d\d_\d\d_\d\d$/, '');
}

function operationOf(action: string): string {
  return plainAction(action).split(':').at(-1) ?? '';
}

/** One canonical id for each asset, whatever source names it (the table "Resource identity: canonical forms" of the format notes). Pure. */
export { awsAsset } from './canonical-id/aws.ts';
export { azureAsset } from './canonical-id/azure.ts';
export { gcpAsset } from './canonical-id/gcp.ts';
export {
  clusterOf,
  groupOfApiVersion,
  kubernetesAsset,
  workloadAsset,
  workloadOfContext,
} from './canonical-id/kubernetes.ts';
export {
  hostAsset,
  imageAsset,
  imageDigest,
  parseImage,
  principalAsset,
  repositoryAsset,
} from './canonical-id/other.ts';
export { terraformAsset } from './canonical-id/terraform.ts';

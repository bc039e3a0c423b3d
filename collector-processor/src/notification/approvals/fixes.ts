import type { AssetJson, FindingJson } from '@cnapp-slo/model';

export interface Fix {
  title: string;
  /** A file to add to the code that declares the asset; null where the fix changes lines that only its owner knows. */
  file: { name: string; content: string } | null;
  /** For people, where there is no file, and beside it. */
  instructions: string;
}

/** The change that would fix the finding; where none is known, the detector's own advice. Pure. */
export function fixOf(finding: FindingJson, asset: AssetJson | null): Fix {
  const title = `Fix ${finding.rule} on ${finding.asset_name ?? finding.asset_id}`;
  const advice = finding.remediation ?? 'The detector gives no advice.';
  if (finding.asset_kind === 's3_bucket') return bucketFix(title, finding, advice);
  if (/security_group/.test(finding.asset_kind)) return securityGroupFix(title, finding, advice);
  if (finding.provider === 'kubernetes') return workloadFix(title, asset?.name ?? finding.asset_name ?? 'NAME', advice);
  return { title, file: null, instructions: advice };
}

function bucketFix(title: string, finding: FindingJson, advice: string): Fix {
  const bucket = finding.asset_name ?? finding.asset_id.split(':').at(-1) ?? '';
  const label = bucket.replace(/[^a-z0-9]/gi, '_');
  const content = `# ${finding.rule}: no public access to this bucket.
resource "aws_s3_bucket_public_access_block" "cnapp_${label}" {
  bucket                  = ${JSON.stringify(bucket)}
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
`;
  return { title, file: { name: `cnapp_fix_${label}.tf`, content }, instructions: advice };
}

function securityGroupFix(title: string, finding: FindingJson, advice: string): Fix {
  const group = finding.asset_name ?? finding.asset_id;
  const instructions = `${advice}\n\nRemove the ingress rule that allows 0.0.0.0/0 or ::/0 from ${group}, in the code that declares it.`;
  return { title, file: null, instructions };
}

function workloadFix(title: string, name: string, advice: string): Fix {
  const instructions = `${advice}\n\nIn the pod template of ${name}:

securityContext:
  runAsNonRoot: true
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
  seccompProfile: { type: RuntimeDefault }`;
  return { title, file: null, instructions };
}

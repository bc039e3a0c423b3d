import type { Envelope, FormatAdapter, Json, Observation, Rejection } from '@cnapp-slo/model';
import { argocd } from './argocd/adapter.ts';
import { azureActivity } from './azure-activity/adapter.ts';
import { azureDevops } from './azure-devops/adapter.ts';
import { cdevents } from './cdevents/adapter.ts';
import { checkov } from './checkov/adapter.ts';
import { cicdSpans } from './cicd-spans/adapter.ts';
import { cloudtrail } from './cloudtrail/adapter.ts';
import { cnappVendor } from './cnapp-vendor/adapter.ts';
import { cosignVerify } from './cosign-verify/adapter.ts';
import { defenderForCloud } from './defender-for-cloud/adapter.ts';
import { driftctl } from './driftctl/adapter.ts';
import { falco } from './falco/adapter.ts';
import { gatekeeper } from './gatekeeper/adapter.ts';
import { gcpAuditlog } from './gcp-auditlog/adapter.ts';
import { gcpScc } from './gcp-scc/adapter.ts';
import { githubAuditlog } from './github-auditlog/adapter.ts';
import { githubWebhooks } from './github-webhooks/adapter.ts';
import { gitlab } from './gitlab/adapter.ts';
import { grype } from './grype/adapter.ts';
import { guardduty } from './guardduty/adapter.ts';
import { iacOther } from './iac-other/adapter.ts';
import { inventoryAwsConfig } from './inventory-aws-config/adapter.ts';
import { inventoryAwsIam } from './inventory-aws-iam/adapter.ts';
import { inventoryAwsResourceExplorer } from './inventory-aws-resource-explorer/adapter.ts';
import { inventoryAwsTagging } from './inventory-aws-tagging/adapter.ts';
import { inventoryAzureResourceGraph } from './inventory-azure-resource-graph/adapter.ts';
import { inventoryCartography } from './inventory-cartography/adapter.ts';
import { inventoryGcpCai } from './inventory-gcp-cai/adapter.ts';
import { inventoryKubernetesK8sobjects } from './inventory-kubernetes-k8sobjects/adapter.ts';
import { inventoryKubernetesLists } from './inventory-kubernetes-lists/adapter.ts';
import { inventorySteampipe } from './inventory-steampipe/adapter.ts';
import { inventoryTerraformShowState } from './inventory-terraform-show-state/adapter.ts';
import { inventoryTerraformState } from './inventory-terraform-state/adapter.ts';
import { k8sAudit } from './k8s-audit/adapter.ts';
import { kubescape } from './kubescape/adapter.ts';
import { notifyAlertmanagerWebhook } from './notify-alertmanager-webhook/adapter.ts';
import { notifyGithubIssues } from './notify-github-issues/adapter.ts';
import { notifyGrafanaWebhook } from './notify-grafana-webhook/adapter.ts';
import { notifyJiraWebhook } from './notify-jira-webhook/adapter.ts';
import { notifyOpsgenieWebhook } from './notify-opsgenie-webhook/adapter.ts';
import { notifyPagerdutyWebhook } from './notify-pagerduty-webhook/adapter.ts';
import { notifySlack } from './notify-slack/adapter.ts';
import { ocsf } from './ocsf/adapter.ts';
import { ocsfEvents } from './ocsf-events/adapter.ts';
import { okta } from './okta/adapter.ts';
import { osquery } from './osquery/adapter.ts';
import { otlpJson } from './otlp-json/adapter.ts';
import { ownersBackstage } from './owners-backstage/adapter.ts';
import { ownersCodeowners } from './owners-codeowners/adapter.ts';
import { peel } from './peel/index.ts';
import { PARTIAL } from './peel/yaml.ts';
import { policyreport } from './policyreport/adapter.ts';
import { prefilter } from './prefilter.ts';
import { isObject } from './read.ts';
import { sarif } from './sarif/adapter.ts';
import { sbomCyclonedx } from './sbom-cyclonedx/adapter.ts';
import { sbomSpdx } from './sbom-spdx/adapter.ts';
import { securityhubAsff } from './securityhub-asff/adapter.ts';
import { slsaIntoto } from './slsa-intoto/adapter.ts';
import { suricata } from './suricata/adapter.ts';
import { terraformPlan } from './terraform-plan/adapter.ts';
import { TETRAGON_EVENTS, tetragon } from './tetragon/adapter.ts';
import { tfsec } from './tfsec/adapter.ts';
import { trivy } from './trivy/adapter.ts';
import { trivyOperator } from './trivy-operator/adapter.ts';
import { vpcFlow } from './vpc-flow/adapter.ts';
import { wazuh } from './wazuh/adapter.ts';
import { zeek } from './zeek/adapter.ts';

/**
 * Every format, in the order in which they are tried: what names itself first, what uses common words last. Beside each stand keys of which a
 * document of the format, or an envelope it comes in, has at least one: `mayBeNative` looks for them.
 */
const REGISTRY: [adapter: FormatAdapter, ...markers: string[]][] = [
  [ocsf, 'class_uid'],
  [cicdSpans, 'cnapp.span'],
  [cdevents, 'subject'],
  [guardduty, 'schemaVersion', 'detail-type'],
  [securityhubAsff, 'ProductArn'],
  [cloudtrail, 'eventSource', 'detail-type'],
  [k8sAudit, 'auditID', 'objectRef', 'verb', 'protoPayload'],
  [gcpScc, 'finding', 'logName', 'findingClass'],
  [gcpAuditlog, 'protoPayload', 'logName'],
  [trivyOperator, 'apiVersion'],
  [policyreport, 'apiVersion'],
  [gatekeeper, 'event_type', 'eventType', 'audit_id'],
  [sbomSpdx, 'spdxVersion', '@graph'],
  [kubescape, 'summaryDetails', 'reportGUID'],
  [argocd, 'apiVersion'],
  [ownersBackstage, 'apiVersion'],
  [trivy, 'SchemaVersion', 'ClusterName', 'Target', 'detector'],
  [grype, 'matches'],
  [sarif, 'runs'],
  [checkov, 'check_type', 'checkov_version'],
  [tfsec, 'rule_id'],
  [terraformPlan, 'format_version', '@level'],
  [inventoryTerraformShowState, 'format_version'],
  [inventoryTerraformState, 'lineage'],
  [driftctl, 'total_unmanaged'],
  [sbomCyclonedx, 'bomFormat'],
  [slsaIntoto, 'payloadType', 'predicateType', 'dsseEnvelope', 'provenance_summary'],
  [cosignVerify, 'critical', 'Critical', 'SignedEntryTimestamp'],
  [tetragon, ...TETRAGON_EVENTS],
  [defenderForCloud, 'SystemAlertId', 'properties', 'Properties', 'value'],
  [azureDevops, 'publisherId'],
  [azureActivity, 'operationName'],
  [suricata, 'event_type'],
  [okta, 'eventType'],
  [wazuh, 'decoder', 'manager', 'agent', 'wazuh', 'affected_items', 'sca'],
  [osquery, 'columns', 'snapshot', 'diffResults'],
  [
    inventoryAwsConfig,
    'messageType',
    'configurationItemStatus',
    'configurationItems',
    'invokingEvent',
    'resourceIdentifiers',
    'QueryInfo',
  ],
  [
    inventoryAwsIam,
    'UserDetailList',
    'RoleDetailList',
    'GroupDetailList',
    'GeneratedTime',
    'user_creation_time',
    'JobStatus',
  ],
  [inventoryAwsTagging, 'ResourceTagMappingList', 'ResourceARN', 'ResourceIdentifiers'],
  [inventoryAwsResourceExplorer, 'Resources', 'Indexes', 'ResourceTypes'],
  [inventoryAzureResourceGraph, 'totalRecords', 'total_records'],
  [inventoryCartography, 'validation_query'],
  [inventoryGcpCai, 'assetType', 'asset_type'],
  [inventorySteampipe, 'akas', '_ctx', '_cq_id'],
  [notifyGrafanaWebhook, 'orgId'],
  [notifyAlertmanagerWebhook, 'alerts'],
  [notifyPagerdutyWebhook, 'occurred_at'],
  [notifyOpsgenieWebhook, 'alertId'],
  [notifyJiraWebhook, 'webhookEvent'],
  [notifySlack, 'event_time', 'block_actions'],
  [gitlab, 'object_kind', 'identifiers', 'scan'],
  [notifyGithubIssues, 'issue'],
  [githubWebhooks, 'repository', 'security_advisory', 'workflow_run', 'organization'],
  [githubAuditlog, '_document_id', 'actor_id', 'business'],
  [iacOther, 'kics_version', 'violations'],
  [
    cnappVendor,
    'findingArn',
    'package_vulnerability_summary',
    'discovery_summary',
    'tests',
    'Controls',
    'panels',
    'upwind_console_link',
    'upwind_asset_id',
    'asset_unique_id',
    'actionparameters',
    'actionParameters',
    'requestid',
    'requestId',
    'tdrId',
    'primaryResource',
    'mitre_attacks',
    'control',
  ],
  [ocsfEvents, 'webaclId', 'query_name'],
  [vpcFlow, 'interface_id', 'interface-id', 'vpc.flow_log', 'logStreamName'],
  [zeek, 'id.orig_h', '_path', 'fuid', 'certificate.serial', 'tx_hosts', 'note'],
  [falco, 'output_fields', 'priority'],
  [inventoryKubernetesK8sobjects, 'metadata'],
  [inventoryKubernetesLists, 'apiVersion'],
  [ownersCodeowners],
  [otlpJson, 'resourceLogs', 'resourceSpans', 'resourceMetrics'],
];

export const ADAPTERS: readonly FormatAdapter[] = REGISTRY.map(([adapter]) => guarded(adapter));

/** The adapter with its own faults as rejections, and with no scan complete that rests on a document which could only be read in part. */
function guarded(adapter: FormatAdapter): FormatAdapter {
  return {
    ...adapter,
    decode(doc, envelope) {
      try {
        const decoded = adapter.decode(doc, envelope);
        if (!isObject(doc) || doc[PARTIAL] !== true) return decoded;
        const observations = decoded.observations.map(
          (item): Observation => (item.kind === 'scan' ? { ...item, complete: false } : item),
        );
        return { observations, rejections: decoded.rejections };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { observations: [], rejections: [{ code: `${adapter.id}.internal`, message }] };
      }
    },
  };
}

const BY_ID = new Map(ADAPTERS.map((adapter) => [adapter.id, adapter]));

/** The format of a peeled document, by its structure; attribute `cnapp.format` forces one. Null when it is none that we know. */
export function detect(doc: Json, envelope: Envelope): FormatAdapter | null {
  const forced = envelope.attributes['cnapp.format'] ?? envelope.resource['cnapp.format'];
  if (typeof forced === 'string') {
    const adapter = BY_ID.get(forced);
    if (adapter !== undefined) return adapter;
  }
  return ADAPTERS.find((adapter) => adapter.matches(doc, envelope)) ?? null;
}

/** At most so many keys name an unknown document. */
const NAMING_KEYS = 8;

/** The rejection of a document of no known format, named by its keys; never by values, which may be secret. */
export function unknownFormat(doc: Json): Rejection {
  const code = 'format.unknown';
  if (typeof doc === 'string') return { code, message: 'text of no known format' };
  if (!isObject(doc))
    return { code, message: `${Array.isArray(doc) ? 'a list' : `a ${typeof doc}`} of no known format` };
  const keys = Object.keys(doc).map((key) => key.slice(0, 40));
  const more = keys.length > NAMING_KEYS ? ` and ${keys.length - NAMING_KEYS} more` : '';
  const named = keys.length === 0 ? 'no keys' : `keys ${keys.slice(0, NAMING_KEYS).join(', ')}${more}`;
  return { code, message: `no known format has ${named}` };
}

export interface Recognition {
  /** Documents found. */
  events: number;
  /** Documents of a known format. */
  recognised: number;
  byFormat: Record<string, number>;
  observations: Observation[];
  rejections: Rejection[];
}

/**
 * Peels, detects and decodes an input. Never throws: a reader's own fault is the rejection `<format>.internal`, a document of no known format
 * `format.unknown`, and the other documents are kept.
 */
export function recognise(input: Uint8Array | string | Json, envelope: Envelope): Recognition {
  const { docs, rejections } = peel(input, envelope);
  const result: Recognition = { events: docs.length, recognised: 0, byFormat: {}, observations: [], rejections };
  for (const { doc, envelope: known } of docs) {
    const adapter = detect(doc, known);
    if (adapter === null) {
      result.rejections.push(unknownFormat(doc));
      continue;
    }
    result.recognised += 1;
    result.byFormat[adapter.id] = (result.byFormat[adapter.id] ?? 0) + 1;
    try {
      const decoded = adapter.decode(doc, known);
      for (const observation of decoded.observations) result.observations.push(observation);
      for (const rejection of decoded.rejections) result.rejections.push(rejection);
    } catch (error) {
      result.rejections.push({
        code: `${adapter.id}.internal`,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return result;
}

/** Keys of which a document of a known format has at least one. */
export const FORMAT_KEYS: readonly string[] = REGISTRY.flatMap(([, ...markers]) => markers);

/** Whether a log record's body can be a document of any format; see `prefilter`. */
export const mayBeNative = prefilter(FORMAT_KEYS);

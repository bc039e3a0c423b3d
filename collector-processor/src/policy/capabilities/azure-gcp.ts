import type { Capability, RuleTable } from './capability.ts';

/** What Azure operations (`azure:microsoft.storage:…/write`) and Google API methods change, for the commonest exposures. */
export const AZURE_CAPABILITIES: Record<string, Capability> = {
  azure_storage: {
    actions: /^azure:microsoft\.storage:storageaccounts\/write$/i,
    terraform: { type: /^azurerm_storage_account$/ },
  },
  azure_nsg: {
    actions: /^azure:microsoft\.network:networksecuritygroups(\/securityrules)?\/write$/i,
    terraform: { type: /^azurerm_network_security_(group|rule)$/ },
  },
  azure_sql: {
    actions:
      /^azure:microsoft\.(sql|dbforpostgresql|dbformysql):\w*servers(\/firewallrules|\/auditingsettings)?\/write$/i,
    terraform: { type: /^azurerm_(mssql|sql|postgresql|mysql)/ },
  },
  azure_keyvault: {
    actions: /^azure:microsoft\.keyvault:vaults(\/accesspolicies)?\/write$/i,
    terraform: { type: /^azurerm_key_vault/ },
  },
  azure_roles: {
    actions: /^azure:microsoft\.authorization:role(assignments|definitions)\/write$/i,
    terraform: { type: /^azurerm_role_/ },
  },
  azure_diagnostics: {
    actions: /^azure:microsoft\.insights:diagnosticsettings\/(write|delete)$/i,
    terraform: { type: /^azurerm_monitor_diagnostic_setting$/ },
  },
  gcp_bucket_iam: {
    actions: /^gcp:storage:storage\.(setIamPermissions|buckets\.(update|patch|create))$/i,
    terraform: { type: /^google_storage_bucket(_iam_\w+|_acl|_access_control)?$/ },
  },
  gcp_firewall: {
    actions: /^gcp:compute:(v1|beta)\.compute\.firewalls\.(insert|patch|update)$/i,
    terraform: { type: /^google_compute_firewall$/ },
  },
  gcp_iam: {
    actions: /^gcp:[\w-]+:(.*\.)?SetIamPolicy$/i,
    terraform: { type: /^google_(project|organization|folder)_iam_/ },
  },
  gcp_sql: {
    actions: /^gcp:cloudsql:cloudsql\.instances\.(create|update|patch)$/i,
    terraform: { type: /^google_sql_database_instance$/ },
  },
  gcp_instance: {
    actions:
      /^gcp:compute:(v1|beta)\.compute\.instances\.(insert|update|addAccessConfig|setMetadata|setServiceAccount)$/i,
    terraform: { type: /^google_compute_instance$/ },
  },
};

/** Prowler's Azure and GCP checks, Checkov ids, Security Command Center categories. */
export const AZURE_RULES: RuleTable = [
  [/^storage_|^CKV_AZURE_(3|33|34|35|44|59|190)$/, 'azure_storage'],
  [/^network_(rdp|ssh|http|udp)_internet|^CKV_AZURE_(9|10|77|160)$/, 'azure_nsg'],
  [/^(sqlserver|postgresql|mysql)_|^CKV_AZURE_(11|23|24|28|29|53|113)$/, 'azure_sql'],
  [/^keyvault_|^CKV_AZURE_(41|42|109|110|111)$/, 'azure_keyvault'],
  [/^(iam_(subscription|custom_role)|entra_)/, 'azure_roles'],
  [/^monitor_diagnostic/, 'azure_diagnostics'],
  [
    /^cloudstorage_bucket_|^CKV_GCP_(5|28|29|78|114)$|^(PUBLIC_BUCKET_ACL|BUCKET_POLICY_ONLY_DISABLED|BUCKET_LOGGING_DISABLED)$/,
    'gcp_bucket_iam',
  ],
  [/^compute_firewall_|^CKV_GCP_(2|3|75|77|88|106)$|^OPEN_\w+_PORT$|^OPEN_FIREWALL$/, 'gcp_firewall'],
  [
    /^iam_(sa|no_service|role)_|^CKV_GCP_(41|42|45|46|49|117)$|^(NON_ORG_IAM_MEMBER|ADMIN_SERVICE_ACCOUNT|OVER_PRIVILEGED\w+|PRIMITIVE_ROLES_USED|AUDIT_LOGGING_DISABLED)$/,
    'gcp_iam',
  ],
  [/^cloudsql_|^CKV_GCP_(6|11|14|60)$|^(PUBLIC_SQL_INSTANCE|SSL_NOT_ENFORCED|SQL_\w+)$/, 'gcp_sql'],
  [
    /^compute_instance_|^CKV_GCP_(30|31|32|35|36|38|39|40)$|^(PUBLIC_IP_ADDRESS|FULL_API_ACCESS|COMPUTE_\w+)$/,
    'gcp_instance',
  ],
];

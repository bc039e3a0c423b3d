import type { Capability, RuleTable } from './capability.ts';

/** What AWS API calls change. Names as CloudTrail writes them. Source: AWS service authorization reference. */
export const AWS_CAPABILITIES: Record<string, Capability> = {
  s3_policy: {
    actions: /^aws:s3:(Put|Delete)BucketPolicy$/,
    terraform: { type: /^aws_s3_bucket(_policy)?$/, attributes: /policy/ },
  },
  s3_acl: {
    actions: /^aws:s3:(PutBucketAcl|(Put|Delete)BucketOwnershipControls)$/,
    terraform: { type: /^aws_s3_bucket(_acl|_ownership_controls)?$/, attributes: /acl|grant|rule|access_control/ },
  },
  s3_public_access_block: {
    actions: /^aws:s3:(Put|Delete)(Bucket|Account)?PublicAccessBlock$/,
    terraform: { type: /^aws_s3_(bucket|account)_public_access_block$/ },
  },
  s3_encryption: {
    actions: /^aws:s3:(Put|Delete)BucketEncryption$/,
    terraform: { type: /^aws_s3_bucket(_server_side_encryption_configuration)?$/, attributes: /encryption|rule/ },
  },
  s3_versioning: {
    actions: /^aws:s3:PutBucketVersioning$/,
    terraform: { type: /^aws_s3_bucket(_versioning)?$/, attributes: /versioning/ },
  },
  s3_logging: {
    actions: /^aws:s3:PutBucketLogging$/,
    terraform: { type: /^aws_s3_bucket(_logging)?$/, attributes: /logging|target_/ },
  },
  s3_lifecycle: {
    actions: /^aws:s3:(Put|Delete)BucketLifecycle(Configuration)?$/,
    terraform: { type: /^aws_s3_bucket(_lifecycle_configuration)?$/, attributes: /lifecycle|rule/ },
  },
  s3_replication: {
    actions: /^aws:s3:(Put|Delete)BucketReplication$/,
    terraform: { type: /^aws_s3_bucket(_replication_configuration)?$/, attributes: /replication|rule/ },
  },
  s3_website: {
    actions: /^aws:s3:(Put|Delete)BucketWebsite$/,
    terraform: { type: /^aws_s3_bucket(_website_configuration)?$/, attributes: /website|index_document/ },
  },
  s3_object_lock: {
    actions: /^aws:s3:PutBucketObjectLockConfiguration$/,
    terraform: { type: /^aws_s3_bucket(_object_lock_configuration)?$/, attributes: /object_lock|rule/ },
  },
  s3_notification: {
    actions: /^aws:s3:PutBucketNotification(Configuration)?$/,
    terraform: { type: /^aws_s3_bucket_notification$/ },
  },
  sg_ingress: {
    actions: /^aws:ec2:(Authorize|Revoke)SecurityGroupIngress$|^aws:ec2:ModifySecurityGroupRules$/,
    terraform: {
      type: /^aws_(default_)?security_group$|^aws_security_group_rule$|^aws_vpc_security_group_ingress_rule$/,
      attributes: /ingress|cidr|port|protocol|source_|type/,
    },
  },
  sg_egress: {
    actions: /^aws:ec2:(Authorize|Revoke)SecurityGroupEgress$|^aws:ec2:ModifySecurityGroupRules$/,
    terraform: {
      type: /^aws_(default_)?security_group$|^aws_security_group_rule$|^aws_vpc_security_group_egress_rule$/,
      attributes: /egress|cidr|port|protocol|type/,
    },
  },
  network_acl: {
    actions: /^aws:ec2:((Create|Replace|Delete)NetworkAclEntry|ReplaceNetworkAclAssociation)$/,
    terraform: { type: /^aws_(default_)?network_acl(_rule)?$/ },
  },
  instance_metadata: {
    actions: /^aws:ec2:(ModifyInstanceMetadataOptions|RunInstances)$/,
    terraform: { type: /^aws_(instance|launch_template)$/, attributes: /metadata_options/ },
  },
  instance_public_ip: {
    actions: /^aws:ec2:(RunInstances|AssociateAddress|AttachNetworkInterface|ModifySubnetAttribute)$/,
    terraform: {
      type: /^aws_(instance|eip|eip_association|subnet)$/,
      attributes: /public_ip|network_interface|instance/,
    },
  },
  instance_attributes: {
    actions:
      /^aws:ec2:(ModifyInstanceAttribute|RunInstances|MonitorInstances|UnmonitorInstances|(Associate|Disassociate|Replace)IamInstanceProfile(Association)?)$/,
    terraform: {
      type: /^aws_instance$/,
      attributes:
        /user_data|monitoring|iam_instance_profile|ebs_optimized|instance_type|disable_api|vpc_security_group/,
    },
  },
  ebs_encryption_default: {
    actions: /^aws:ec2:(Enable|Disable)EbsEncryptionByDefault$/,
    terraform: { type: /^aws_ebs_encryption_by_default$/ },
  },
  ebs_volume: {
    actions: /^aws:ec2:(CreateVolume|RunInstances|AttachVolume)$/,
    terraform: { type: /^aws_(ebs_volume|instance)$/, attributes: /encrypted|kms|block_device/ },
  },
  snapshot_sharing: { actions: /^aws:ec2:(ModifySnapshotAttribute|(Enable|Disable)SnapshotBlockPublicAccess)$/ },
  image_sharing: { actions: /^aws:ec2:ModifyImageAttribute$/, terraform: { type: /^aws_ami_launch_permission$/ } },
  flow_logs: { actions: /^aws:ec2:(Create|Delete)FlowLogs$/, terraform: { type: /^aws_flow_log$/ } },
  subnet_public_ip: {
    actions: /^aws:ec2:ModifySubnetAttribute$/,
    terraform: { type: /^aws_subnet$/, attributes: /map_public_ip/ },
  },
  route_table: {
    actions: /^aws:ec2:(Create|Replace|Delete)Route$|^aws:ec2:(Associate|ReplaceRouteTableAssociation)/,
    terraform: { type: /^aws_route(_table)?(_association)?$/ },
  },
  vpc_peering: { actions: /^aws:ec2:(Create|Accept|Modify)VpcPeeringConnection(Options)?$/ },
  iam_policy: {
    actions:
      /^aws:iam:((Put|Delete|Attach|Detach)(User|Role|Group)Policy|CreatePolicy(Version)?|SetDefaultPolicyVersion|DeletePolicyVersion|AddUserToGroup|RemoveUserFromGroup|(Put|Delete)(User|Role)PermissionsBoundary)$/,
    terraform: {
      type: /^aws_iam_(policy|(user|role|group)_policy(_attachment)?|policy_attachment|user_group_membership|group_membership)$|^aws_iam_role$/,
      attributes: /polic|group|user|role|boundary/,
    },
  },
  iam_trust: {
    actions: /^aws:iam:(UpdateAssumeRolePolicy|CreateRole)$/,
    terraform: { type: /^aws_iam_role$/, attributes: /assume_role_policy/ },
  },
  iam_access_key: { actions: /^aws:iam:(Create|Update|Delete)AccessKey$/, terraform: { type: /^aws_iam_access_key$/ } },
  iam_mfa: {
    actions:
      /^aws:iam:(DeactivateMFADevice|DeleteVirtualMFADevice|EnableMFADevice|CreateLoginProfile|UpdateLoginProfile)$/,
  },
  iam_login: {
    actions: /^aws:iam:(Create|Update|Delete)LoginProfile$/,
    terraform: { type: /^aws_iam_user_login_profile$/ },
  },
  iam_password_policy: {
    actions: /^aws:iam:(Update|Delete)AccountPasswordPolicy$/,
    terraform: { type: /^aws_iam_account_password_policy$/ },
  },
  rds_public: {
    actions: /^aws:rds:(CreateDBInstance(ReadReplica)?|ModifyDBInstance|RestoreDBInstance\w+)$/,
    parameters: /publiclyAccessible|dBSubnetGroup|vpcSecurityGroup/i,
    terraform: {
      type: /^aws_db_instance$|^aws_rds_cluster_instance$/,
      attributes: /publicly_accessible|subnet_group|security_group/,
    },
  },
  rds_snapshot: { actions: /^aws:rds:ModifyDB(Cluster)?SnapshotAttribute$/ },
  rds_encryption: {
    actions: /^aws:rds:(Create|Restore)DB(Instance|Cluster)\w*$/,
    terraform: { type: /^aws_(db_instance|rds_cluster)$/, attributes: /storage_encrypted|kms/ },
  },
  rds_settings: {
    actions: /^aws:rds:((Create|Modify)DB(Instance|Cluster)|Restore\w+|ModifyDB(Cluster)?ParameterGroup)$/,
    parameters:
      /backup|deletionProtection|multiAZ|minorVersion|monitoring|log|iamDatabase|enableIAM|copyTags|port|masterUser|parameterGroup|cACertificate/i,
    terraform: {
      type: /^aws_(db_instance|rds_cluster|db_parameter_group|rds_cluster_parameter_group)$/,
      attributes:
        /backup|deletion_protection|multi_az|minor_version|monitoring|logs|iam_database|copy_tags|port|username|parameter/,
    },
  },
  trail_logging: {
    actions: /^aws:cloudtrail:(Start|Stop)Logging$|^aws:cloudtrail:(Create|Update|Delete)Trail$/,
    terraform: { type: /^aws_cloudtrail$/ },
  },
  trail_selectors: {
    actions: /^aws:cloudtrail:(Put(Event|Insight)Selectors|(Create|Update|Delete)Trail)$/,
    terraform: { type: /^aws_cloudtrail$/, attributes: /selector|multi_region|global/ },
  },
  trail_settings: {
    actions: /^aws:cloudtrail:(Create|Update)Trail$/,
    terraform: { type: /^aws_cloudtrail$/, attributes: /kms|validation|cloud_watch|s3_/ },
  },
  kms_rotation: {
    actions: /^aws:kms:((Enable|Disable)KeyRotation|CreateKey)$/,
    terraform: { type: /^aws_kms_key$/, attributes: /rotation/ },
  },
  kms_state: {
    actions: /^aws:kms:(ScheduleKeyDeletion|CancelKeyDeletion|(Enable|Disable)Key)$/,
    terraform: { type: /^aws_kms_key$/, attributes: /enabled|deletion/ },
  },
  kms_policy: {
    actions: /^aws:kms:(PutKeyPolicy|CreateGrant|CreateKey)$/,
    terraform: { type: /^aws_kms_(key|key_policy|grant)$/, attributes: /policy|grant/ },
  },
  lambda_policy: {
    actions:
      /^aws:lambda:(Add|Remove)(Layer(Version))?Permission$|^aws:lambda:(Create|Update|Delete)FunctionUrlConfig$/,
    terraform: { type: /^aws_lambda_(permission|function_url)$/ },
  },
  lambda_configuration: {
    actions:
      /^aws:lambda:(CreateFunction|UpdateFunctionConfiguration|PutFunctionConcurrency|DeleteFunctionConcurrency)$/,
    terraform: {
      type: /^aws_lambda_function$/,
      attributes: /runtime|vpc_config|environment|tracing|dead_letter|kms|concurren|layers|role/,
    },
  },
  lambda_code: {
    actions: /^aws:lambda:(CreateFunction|UpdateFunctionCode)$/,
    terraform: { type: /^aws_lambda_function$/, attributes: /filename|source_code|image_uri|s3_/ },
  },
  eks_endpoint: {
    actions: /^aws:eks:(CreateCluster|UpdateClusterConfig|UpdateClusterVersion|AssociateEncryptionConfig)$/,
    terraform: { type: /^aws_eks_cluster$/ },
  },
  ecr_settings: {
    actions:
      /^aws:ecr:(CreateRepository|PutImageScanningConfiguration|PutImageTagMutability|PutLifecyclePolicy|DeleteLifecyclePolicy|PutRegistryScanningConfiguration)$/,
    terraform: { type: /^aws_ecr_(repository|lifecycle_policy)$/ },
  },
  ecr_policy: { actions: /^aws:ecr:(Set|Delete)RepositoryPolicy$/, terraform: { type: /^aws_ecr_repository_policy$/ } },
  sns_settings: {
    actions: /^aws:sns:(SetTopicAttributes|AddPermission|RemovePermission|CreateTopic)$/,
    terraform: { type: /^aws_sns_topic(_policy)?$/ },
  },
  sqs_settings: {
    actions: /^aws:sqs:(SetQueueAttributes|AddPermission|RemovePermission|CreateQueue)$/,
    terraform: { type: /^aws_sqs_queue(_policy)?$/ },
  },
  secret_settings: {
    actions:
      /^aws:secretsmanager:(CreateSecret|UpdateSecret|RotateSecret|CancelRotateSecret|(Put|Delete)ResourcePolicy)$/,
    terraform: { type: /^aws_secretsmanager_secret(_rotation|_policy)?$/ },
  },
  guardduty_detector: {
    actions: /^aws:guardduty:(CreateDetector|UpdateDetector|DeleteDetector|DisassociateFrom\w+|StopMonitoringMembers)$/,
    terraform: { type: /^aws_guardduty_/ },
  },
  config_recorder: {
    actions: /^aws:config:((Stop|Start|Put|Delete)ConfigurationRecorder|(Put|Delete)DeliveryChannel)$/,
    terraform: { type: /^aws_config_(configuration_recorder(_status)?|delivery_channel)$/ },
  },
  securityhub_state: {
    actions: /^aws:securityhub:(Enable|Disable)SecurityHub$|^aws:securityhub:BatchDisableStandards$/,
    terraform: { type: /^aws_securityhub_account$/ },
  },
  access_analyzer: {
    actions: /^aws:access-analyzer:(Create|Delete)Analyzer$/,
    terraform: { type: /^aws_accessanalyzer_analyzer$/ },
  },
  log_group: {
    actions: /^aws:logs:(CreateLogGroup|(Put|Delete)RetentionPolicy|(Associate|Disassociate)KmsKey)$/,
    terraform: { type: /^aws_cloudwatch_log_group$/ },
  },
  log_alarms: {
    actions: /^aws:logs:(Put|Delete)MetricFilter$|^aws:monitoring:(PutMetricAlarm|DeleteAlarms|DisableAlarmActions)$/,
    terraform: { type: /^aws_cloudwatch_(log_metric_filter|metric_alarm)$/ },
  },
  dynamodb_settings: {
    actions: /^aws:dynamodb:(CreateTable|UpdateTable|UpdateContinuousBackups)$/,
    terraform: { type: /^aws_dynamodb_table$/ },
  },
  load_balancer: {
    actions:
      /^aws:elasticloadbalancing:(CreateLoadBalancer|ModifyLoadBalancerAttributes|(Create|Modify|Delete)Listener\w*|SetSecurityGroups|SetWebAcl)$/,
    terraform: { type: /^aws_(lb|alb|elb)(_listener)?$/ },
  },
  cloudfront: {
    actions: /^aws:cloudfront:(Create|Update)Distribution$/,
    terraform: { type: /^aws_cloudfront_distribution$/ },
  },
  search_domain: {
    actions: /^aws:es:(CreateElasticsearchDomain|CreateDomain|UpdateElasticsearchDomainConfig|UpdateDomainConfig)$/,
    terraform: { type: /^aws_(elasticsearch|opensearch)_domain(_policy)?$/ },
  },
  redshift: {
    actions: /^aws:redshift:(CreateCluster|ModifyCluster|EnableLogging|DisableLogging|ModifyClusterParameterGroup)$/,
    terraform: { type: /^aws_redshift_cluster$/ },
  },
  ecs_task: {
    actions: /^aws:ecs:(RegisterTaskDefinition|CreateService|UpdateService|UpdateClusterSettings)$/,
    terraform: { type: /^aws_ecs_(task_definition|service|cluster)$/ },
  },
  efs: {
    actions: /^aws:elasticfilesystem:(CreateFileSystem|(Put|Delete)FileSystemPolicy|PutBackupPolicy)$/,
    terraform: { type: /^aws_efs_/ },
  },
  api_gateway: {
    actions: /^aws:apigateway:(Create|Update|Delete)(Stage|RestApi|Method|Authorizer)$/,
    terraform: { type: /^aws_api_gateway/ },
  },
  acm: {
    actions: /^aws:acm:(RequestCertificate|ImportCertificate|UpdateCertificateOptions)$/,
    terraform: { type: /^aws_acm_certificate$/ },
  },
};

/**
 * Prowler check names, Security Hub controls, AWS Config managed rules and Checkov ids. A rule that several lines match depends on all their capabilities.
 * Sources: Prowler's and Checkov's check catalogues, the Security Hub controls reference.
 */
export const AWS_RULES: RuleTable = [
  [
    /^s3_bucket_(public|policy_public|cross_account|level_public)|^s3_account_level_public|^S3\.(1|2|3|8|19)$|^s3-bucket-(public-(read|write)-prohibited|level-public-access-prohibited)|^CKV_AWS_(5[3-6]|20|57)$|^CKV2_AWS_6$|^AWS-008[6-9]$|^AWS-009[1-4]$/,
    's3_public_access_block',
  ],
  [
    /^s3_bucket_(public|policy_public|cross_account)|^S3\.(2|3|6)$|^s3-bucket-(public-(read|write)-prohibited|policy-\w+|blacklisted-actions-prohibited)|^CKV_AWS_(70|93)$/,
    's3_policy',
  ],
  [
    /^s3_bucket_(public|acl)|^S3\.(2|3|12)$|^s3-bucket-(public-(read|write)-prohibited|acl-prohibited)|^CKV_AWS_(20|57)$|^AWS-0092$/,
    's3_acl',
  ],
  [/^s3_bucket_secure_transport|^S3\.5$|^s3-bucket-ssl-requests-only|^CKV_AWS_379$/, 's3_policy'],
  [
    /^s3_bucket_(default_encryption|kms_encryption)|^S3\.(4|17)$|^s3-(bucket-server-side-encryption-enabled|default-encryption-kms)|^CKV_AWS_(19|145)$|^AWS-(0088|0132)$/,
    's3_encryption',
  ],
  [
    /^s3_bucket_(object_versioning|no_mfa_delete)|^S3\.(14|20)$|^s3-bucket-versioning-enabled|^CKV_AWS_21$|^AWS-0090$/,
    's3_versioning',
  ],
  [/^s3_bucket_server_access_logging|^S3\.9$|^s3-bucket-logging-enabled|^CKV_AWS_18$|^AWS-0089$/, 's3_logging'],
  [
    /^s3_bucket_lifecycle|^S3\.(10|13)$|^s3-(version-)?lifecycle-policy-check|^CKV2_AWS_61$|^CKV_AWS_300$/,
    's3_lifecycle',
  ],
  [/^s3_bucket_cross_region_replication|^S3\.7$|^CKV_AWS_144$/, 's3_replication'],
  [/^s3_bucket_event_notifications|^S3\.11$|^CKV2_AWS_62$/, 's3_notification'],
  [/^s3_bucket_object_lock|^S3\.15$|^s3-bucket-default-lock-enabled/, 's3_object_lock'],
  [
    /^ec2_(security_?group)_(allow_(ingress|wide)|default_restrict|with_many|in_use)|^EC2\.(2|13|14|18|19|21)$|^(restricted-(ssh|common-ports)|vpc-(default-security-group-closed|sg-(open-only-to-authorized-ports|port-restriction-check)))|^CKV_AWS_(24|25|260|277)$|^CKV2_AWS_12$|^AWS-0107$/,
    'sg_ingress',
  ],
  [
    /^ec2_securitygroup_(default_restrict|with_many)|^EC2\.2$|^vpc-default-security-group-closed|^CKV2_AWS_12$|^CKV_AWS_382$|^AWS-0104$/,
    'sg_egress',
  ],
  [
    /^ec2_networkacl_|^EC2\.21$|^nacl-no-unrestricted-ssh-rdp|^CKV_AWS_(229|230|231|232|352)$|^AWS-0105$/,
    'network_acl',
  ],
  [/^ec2_instance_imdsv2|^EC2\.(8|170)$|^ec2-imdsv2-check|^CKV_AWS_(79|341)$|^AWS-0028$/, 'instance_metadata'],
  [
    /^ec2_instance_(public_ip|internet_facing|port_)|^EC2\.9$|^ec2-instance-no-public-ip|^CKV_AWS_88$/,
    'instance_public_ip',
  ],
  [/^ec2_instance_port_/, 'sg_ingress'],
  [
    /^ec2_instance_(profile_attached|detailed_monitoring|secrets_user_data|uses_single_eni)|^EC2\.(17|24)$|^(ec2-instance-profile-attached|ec2-instance-detailed-monitoring-enabled)|^CKV_AWS_(46|126|135)$|^CKV2_AWS_41$/,
    'instance_attributes',
  ],
  [/^ec2_ebs_default_encryption|^EC2\.7$|^ec2-ebs-encryption-by-default|^CKV_AWS_106$/, 'ebs_encryption_default'],
  [
    /^ec2_ebs_volume_(encryption|protected)|^EC2\.3$|^encrypted-volumes|^CKV_AWS_(3|8|189)$|^AWS-(0026|0131)$/,
    'ebs_volume',
  ],
  [/^ec2_ebs_(public_snapshot|snapshot)|^EC2\.(1|182)$|^ebs-snapshot-public-restorable-check/, 'snapshot_sharing'],
  [/^ec2_ami_public/, 'image_sharing'],
  [/^vpc_flow_logs|^EC2\.6$|^vpc-flow-logs-enabled|^CKV2_AWS_11$/, 'flow_logs'],
  [
    /^vpc_subnet_no_public_ip|^EC2\.15$|^subnet-auto-assign-public-ip-disabled|^CKV_AWS_130$|^AWS-0164$/,
    'subnet_public_ip',
  ],
  [/^vpc_peering_routing/, 'route_table', 'vpc_peering'],
  [
    /^iam_(\w*polic(y|ies)_(allows|no|attached)|inline_policy|aws_attached|customer_|no_custom_policy|administrator|role_administratoraccess|user_administrator|group_administrator)|^IAM\.(1|2|21)$|^iam-(policy-no-statements|user-no-policies|no-inline-policy|customer-policy)|^CKV_AWS_(40|1|49|62|63|274|28[6-9]|290|355|356)$|^CKV2_AWS_40$|^AWS-0057$|^AWS-0143$/,
    'iam_policy',
  ],
  [/^iam_(role_cross|no_custom_policy_permissive_role)|^CKV_AWS_(60|61)$/, 'iam_trust'],
  [
    /^iam_(no_root_access_key|rotate_access_key|user_(no_setup_initial|two_active)_access_key|user_accesskey|disable_\d+_days_credentials)|^IAM\.(3|4|8|22)$|^(access-keys-rotated|iam-root-access-key-check|iam-user-unused-credentials-check)|^CKV_AWS_273$/,
    'iam_access_key',
  ],
  [
    /^iam_(root_(hardware_)?mfa|user_(hardware_)?mfa|\w*_with_mfa)|^IAM\.(5|6|9|19)$|^(mfa-enabled-for-iam-console-access|root-account-(hardware-)?mfa-enabled|iam-user-mfa-enabled)/,
    'iam_mfa',
  ],
  [/^iam_user_(console|mfa_enabled_console)|^IAM\.5$/, 'iam_login'],
  [/^iam_password_policy|^IAM\.(7|1[0-7])$|^iam-password-policy|^CKV_AWS_(9|1[0-5])$/, 'iam_password_policy'],
  [
    /^rds_instance_(no_public_access|inside_vpc)|^RDS\.(2|18)$|^rds-instance-public-access-check|^CKV_AWS_17$|^AWS-0180$/,
    'rds_public',
  ],
  [/^rds_snapshots_public|^RDS\.1$|^rds-snapshots-public-prohibited/, 'rds_snapshot'],
  [
    /^rds_(instance|cluster)_storage_encrypted|^RDS\.(3|4|27)$|^rds-(storage|snapshot)-encrypted|^CKV_AWS_(16|96)$|^AWS-0080$/,
    'rds_encryption',
  ],
  [
    /^rds_(instance|cluster)_(backup|deletion_protection|multi_az|minor|enhanced|integration|iam_auth|copy_tags|non_default|default_admin|transport|certificate)|^RDS\.(5|6|7|8|9|1[0-7]|2[0-5])$|^rds-(multi-az-support|instance-deletion-protection-enabled|automatic-minor-version-upgrade-enabled|enhanced-monitoring-enabled|logging-enabled|instance-iam-authentication-enabled)|^CKV_AWS_(118|129|133|157|161|162|226|293)$/,
    'rds_settings',
  ],
  [
    /^cloudtrail_(multi_region_enabled|\w*enabled)|^CloudTrail\.(1|3)$|^(cloud-trail|cloudtrail|multi-region-cloudtrail)-enabled|^CKV_AWS_(67|251)$/,
    'trail_logging',
  ],
  [/^cloudtrail_(s3_dataevents|insights|multi_region\w*management)|^CloudTrail\.(1|8)$/, 'trail_selectors'],
  [
    /^cloudtrail_(kms|log_file_validation|cloudwatch_logging|bucket|logs_s3)|^CloudTrail\.(2|4|5|10)$|^cloud-?trail-(encryption-enabled|log-file-validation-enabled|cloud-watch-logs-enabled)|^CKV_AWS_(35|36)$|^CKV2_AWS_10$/,
    'trail_settings',
  ],
  [/^kms_cmk_rotation|^KMS\.4$|^cmk-backing-key-rotation-enabled|^CKV_AWS_7$|^AWS-0065$/, 'kms_rotation'],
  [/^kms_cmk_(not_deleted|are_used)|^KMS\.3$|^kms-cmk-not-scheduled-for-deletion/, 'kms_state'],
  [/^kms_key_not_publicly|^KMS\.5$|^CKV_AWS_33$|^CKV2_AWS_64$/, 'kms_policy'],
  [
    /^awslambda_function_(not_publicly|url_|invoke_api)|^Lambda\.1$|^lambda-function-public-access-prohibited|^CKV_AWS_(258|301|364)$/,
    'lambda_policy',
  ],
  [
    /^awslambda_function_(using_supported|no_secrets_in_variables|inside_vpc|vpc)|^Lambda\.(2|3|5)$|^lambda-(function-settings-check|inside-vpc|concurrency-check)|^CKV_AWS_(45|50|115|116|117|173|363)$/,
    'lambda_configuration',
  ],
  [/^awslambda_function_no_secrets_in_code|^CKV_AWS_272$/, 'lambda_code'],
  [
    /^eks_(cluster|endpoints|control_plane)|^EKS\.(1|2|3|8)$|^eks-(endpoint-no-public-access|secrets-encrypted|cluster-\w+)|^CKV_AWS_(37|38|39|58|339)$/,
    'eks_endpoint',
  ],
  [
    /^ecr_(repositories|registry)_(scan|lifecycle|tag)|^ECR\.(1|2|3)$|^ecr-private-(image-scanning|tag-immutability|lifecycle)|^CKV_AWS_(51|136|163)$|^AWS-0030$|^AWS-0031$/,
    'ecr_settings',
  ],
  [/^ecr_repositories_not_publicly|^CKV_AWS_32$/, 'ecr_policy'],
  [/^sns_topics?_|^SNS\.|^sns-|^CKV_AWS_(26|169)$/, 'sns_settings'],
  [/^sqs_queues?_|^SQS\.|^sqs-|^CKV_AWS_(27|72|168)$/, 'sqs_settings'],
  [/^secretsmanager_|^SecretsManager\.|^secretsmanager-|^CKV_AWS_149$|^CKV2_AWS_57$/, 'secret_settings'],
  [/^guardduty_is_enabled|^GuardDuty\.1$|^guardduty-enabled-centralized/, 'guardduty_detector'],
  [/^config_recorder|^Config\.1$|^CKV_AWS_121$|^CKV2_AWS_(45|48)$/, 'config_recorder'],
  [/^securityhub_enabled/, 'securityhub_state'],
  [/^accessanalyzer_enabled|^IAM\.28$/, 'access_analyzer'],
  [
    /^cloudwatch_log_group_(kms|retention)|^CloudWatch\.16$|^cw-loggroup-retention-period-check|^CKV_AWS_(66|158|338)$/,
    'log_group',
  ],
  [/^cloudwatch_(log_metric_filter|changes_to)|^CloudWatch\.(1|2|[4-9]|1[0-4])$/, 'log_alarms'],
  [/^dynamodb_tables?_|^DynamoDB\.|^dynamodb-|^CKV_AWS_(28|119)$/, 'dynamodb_settings'],
  [
    /^elbv?2?_|^ELB\.|^(elb|alb)-|^CKV_AWS_(2|91|92|103|131|150|328)$|^CKV2_AWS_(20|28)$|^AWS-005[2-4]$/,
    'load_balancer',
  ],
  [/^cloudfront_|^CloudFront\.|^cloudfront-|^CKV_AWS_(34|68|86|174|310)$|^AWS-001[0-3]$/, 'cloudfront'],
  [
    /^opensearch_|^(ES|Opensearch)\.|^(elasticsearch|opensearch)-|^CKV_AWS_(5|6|83|84|137|228|247|248)$/,
    'search_domain',
  ],
  [/^redshift_|^Redshift\.|^redshift-|^CKV_AWS_(64|71|87|154)$/, 'redshift'],
  [/^ecs_|^ECS\.|^ecs-|^CKV_AWS_(65|97|249|333|336)$/, 'ecs_task'],
  [/^efs_|^EFS\.|^efs-|^CKV_AWS_(42|184)$/, 'efs'],
  [/^apigateway_|^APIGateway\.|^api-gw-|^CKV_AWS_(59|73|76|120)$/, 'api_gateway'],
  [/^acm_|^ACM\.|^acm-|^CKV_AWS_(233|234)$/, 'acm'],
];

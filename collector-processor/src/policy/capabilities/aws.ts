import type { Capability } from './capability.ts';

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

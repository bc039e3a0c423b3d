import type { RuleTable } from './capability.ts';

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

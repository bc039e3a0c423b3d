/** What about an object a rule looks at, as fields that a change must touch where the audit log shows them. */
export interface KubernetesRule {
  rule: RegExp;
  /** Plural resources, as in `k8s:apps:patch:deployments`. */
  resources: RegExp;
  fields?: RegExp;
}

const PODS = /^(pods|deployments|statefulsets|daemonsets|replicasets|replicationcontrollers|jobs|cronjobs|rollouts)$/;
const RBAC = /^(roles|clusterroles|rolebindings|clusterrolebindings)$/;

/** KSV (Trivy), C- (Kubescape), CKV_K8S (Checkov), Kyverno and Gatekeeper policy names, Prowler's core_/rbac_ checks. */
export const KUBERNETES_RULES: readonly KubernetesRule[] = [
  {
    rule: /^KSV-00(01|03|04|05|12|14|17|19|2[0-9]|30|32|33)$|^KSV-01(03|04|05|06|18)$|^C-00(13|16|17|46|55|57)$|^C-02(10|11|13|19)$|^CKV_K8S_(6|16|2[0-5]|28|29|30|31|37|39|40)$|^(disallow-(privileged|capabilities|host-process|proc-mount|selinux)|require-(run-as|drop|ro-rootfs)|restrict-(seccomp|apparmor|sysctls)|psp-|k8spsp(privileged|capabilities|allowprivilege|allowed|readonly|seccomp|apparmor|selinux))|^core_\w*(privileged|root|capabilit|seccomp|allowPrivilege|sysctl)/i,
    resources: PODS,
    fields:
      /securityContext|capabilities|privileged|runAs|seccomp|apparmor|readOnlyRootFilesystem|allowPrivilegeEscalation|sysctls|procMount/i,
  },
  {
    rule: /^KSV-00(08|09|10)$|^C-00(38|41)$|^CKV_K8S_(17|18|19)$|^(disallow-host-(namespaces|ports)|k8spsphost)|^core_\w*host/i,
    resources: PODS,
    fields: /host(Network|PID|IPC|Port|Users)|ports/i,
  },
  {
    rule: /^KSV-00(11|15|16|18)$|^C-00(04|09|50)$|^C-02(68|69|70|71)$|^CKV_K8S_1[0-3]$|^(require-requests-limits|k8scontainer(limits|requests|ratios))/i,
    resources: PODS,
    fields: /resources|limits|requests/i,
  },
  {
    rule: /^KSV-00(06|23|24)$|^KSV-01(01|02)$|^C-00(45|48|74)$|^CKV_K8S_(26|27)$|^(disallow-host-(path|ports)|restrict-volume-types|k8spsphostfilesystem|k8spspvolumetypes)/i,
    resources: PODS,
    fields: /volume|hostPath|mountPath|hostPort|ports/i,
  },
  {
    rule: /^KSV-00(13|34|35|39)$|^KSV-01(07|09|25)$|^C-00(01|75|78)$|^C-0236$|^CKV_K8S_(14|15|43)$|^(disallow-latest-tag|restrict-image-registries|verify-image|require-image|k8sallowedrepos|k8simagedigests|k8sdisallowedtags)/i,
    resources: PODS,
    fields: /image/i,
  },
  {
    rule: /^KSV-0036$|^C-00(34|52|53)$|^C-0189$|^CKV_K8S_(38|41|42)$|^restrict-automount-sa-token/i,
    resources: /^(pods|deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs|serviceaccounts)$/,
    fields: /serviceAccount|automount/i,
  },
  { rule: /^C-00(18|56)$|^CKV_K8S_[89]$|^require-pod-probes|^k8srequiredprobes/i, resources: PODS, fields: /probe/i },
  {
    rule: /^C-00(12|207)$|^CKV_K8S_35$|^KSV-01(09|10)$/i,
    resources: /^(pods|deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs|configmaps)$/,
    fields: /env|data|command|args/i,
  },
  {
    rule: /^KSV-00(4[1-9]|5[0-6])$|^KSV-01(11|12|13|14|22|23)$|^C-00(07|15|31|35|37|63|65|88)$|^C-0(185|186|187|188|191|192|272)$|^CKV_K8S_(49|15[5-8])$|^CKV2_K8S_|^(restrict-(wildcard|clusterrole|escalation|binding)|disallow-wildcard)|^rbac_/i,
    resources: RBAC,
  },
  {
    rule: /^KSV-0038$|^C-00(30|49|54)$|^C-02(06|60)$|^CKV2_K8S_6$|^require-network-policy/i,
    resources: /^networkpolicies$/,
  },
  {
    rule: /^KSV-01(08|17)$|^C-00(21|44|256)$|^(restrict-nodeport|restrict-service-external|disallow-service|k8sblock(nodeport|loadbalancer)|k8sexternalips)/i,
    resources: /^(services|ingresses|gateways)$/,
    fields: /type|ports|externalIPs|rules|host/i,
  },
  {
    rule: /^(require-labels|k8srequiredlabels|k8srequiredannotations)$/i,
    resources: /^[a-z]+$/,
    fields: /labels|annotations/i,
  },
];

/** Another container image is what brings a package in. */
export const IMAGE_FIELDS = /(^|\.)(image|containers|initContainers)(\.image)?$|\.image$/;
export const WORKLOADS = PODS;

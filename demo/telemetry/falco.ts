import type { JsonObject } from '@cnapp-slo/model';
import type { Resource } from '../company/company.ts';
import type { Random } from '../random.ts';
import { clusterResource } from './k8s-audit.ts';
import { type LogRecord, logRecord, milliseconds } from './record.ts';

export interface Detection {
  rule: string;
  priority: 'Critical' | 'Warning' | 'Notice';
  command: string;
  tags: string[];
}

export const DETECTIONS = {
  privileged: {
    rule: 'Launch Privileged Container',
    priority: 'Critical',
    command: 'container',
    tags: ['container', 'cis', 'mitre_execution', 'T1610'],
  },
  shell: {
    rule: 'Terminal shell in container',
    priority: 'Notice',
    command: 'bash',
    tags: ['container', 'shell', 'mitre_execution', 'T1059'],
  },
  credentials: {
    rule: 'Search Private Keys or Passwords',
    priority: 'Warning',
    command: 'grep -r "BEGIN PRIVATE" /etc',
    tags: ['container', 'process', 'mitre_credential_access', 'T1552.001'],
  },
} as const satisfies Record<string, { [K in keyof Detection]: K extends 'tags' ? readonly string[] : Detection[K] }>;

/** A Falco alert in a pod of the deployment. Shape: falco.org/docs/concepts/outputs/formatting. */
export function falcoAlert(
  detection: (typeof DETECTIONS)[keyof typeof DETECTIONS],
  deployment: Resource,
  atMs: number,
  random: Random,
): LogRecord {
  const { name, service } = deployment;
  const pod = podOf(name, random);
  const time = milliseconds(atMs).replace('Z', '000000Z');
  const body: JsonObject = {
    hostname: `ip-10-0-${random.between(1, 6)}-${random.between(10, 250)}`,
    output: `${time}: ${detection.priority} ${detection.rule} | process=${detection.command} user=root k8s_pod_name=${pod} k8s_ns_name=${service.team.name}`,
    output_fields: {
      'container.id': random.hex(12),
      'container.image.repository': service.image,
      'container.name': name,
      'evt.type': 'execve',
      'k8s.ns.name': service.team.name,
      'k8s.pod.name': pod,
      'proc.cmdline': detection.command,
      'user.name': 'root',
      'user.uid': 0,
    },
    priority: detection.priority,
    rule: detection.rule,
    source: 'syscall',
    tags: [...detection.tags],
    time,
    uuid: random.uuid(),
  };
  return logRecord(atMs, 'falco', clusterResource(deployment), body);
}

/** Falco's own metrics snapshot: the agent is alive. */
export function falcoHeartbeat(deployment: Resource, node: string, atMs: number): LogRecord {
  const time = milliseconds(atMs).replace('Z', '000000Z');
  const body: JsonObject = {
    hostname: node,
    output: 'Falco metrics snapshot',
    output_fields: {
      'falco.version': '0.43.0',
      'falco.outputs_queue_num_drops': 0,
      'scap.n_drops': 0,
      'scap.n_evts': 51_233,
    },
    priority: 'Informational',
    rule: 'Falco internal: metrics snapshot',
    source: 'internal',
    tags: [],
    time,
  };
  return logRecord(atMs, 'falco', clusterResource(deployment), body);
}

/** A pod's name as a deployment's controller makes it: the suffix letters of apimachinery's rand. */
function podOf(deployment: string, random: Random): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const some = (length: number): string => Array.from({ length }, () => random.pick([...letters])).join('');
  return `${deployment}-${some(9)}-${some(5)}`;
}

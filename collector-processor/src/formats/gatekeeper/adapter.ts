import type { Decoded, Envelope, FindingObservation, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { clusterOf, kubernetesAsset, workloadAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { evidence, firstStr, isObject, num, obj, objects, str, strings } from '../read.ts';
import { scanReport } from '../scan-report.ts';
import { eventTime } from '../time.ts';

/** Constraints with an audit's status, the audit pod's log lines, and export messages. Source: open-policy-agent.github.io/gatekeeper/website/docs/audit. */
export const gatekeeper: FormatAdapter = {
  id: 'gatekeeper',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((str(doc, 'apiVersion')?.startsWith('constraints.gatekeeper.sh/') === true && isObject(doc.status)) ||
      /^violation_/.test(str(doc, 'event_type') ?? '') ||
      (doc.event_type === 'violation' && 'constraint_kind' in doc) ||
      /^violation_/.test(str(doc, 'eventType') ?? '') ||
      (doc.process === 'audit' && ('audit_id' in doc || 'constraint_kind' in doc))),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('gatekeeper.schema', 'not an object');
  if (isObject(doc.status)) return accept(...constraint(doc, envelope));
  const rule = firstStr(doc, 'constraint_kind', 'kind');
  const name = firstStr(doc, 'resource_name', 'resourceName');
  // `ts` is when the line was written; the run's id is when the run began, before this resource was looked at.
  const atMs = eventTime(envelope, doc.ts, doc.timestamp, doc.audit_id, doc.id);
  const event = firstStr(doc, 'event_type', 'eventType');
  // What admission refused was never there; what it only warned of is in the next audit.
  if (event === 'violation' || event === 'violation_admission')
    return accept({ kind: 'activity', action: 'gatekeeper:admission', atMs });
  const constraintName = firstStr(doc, 'constraint_name', 'name');
  const scope = scopeOf(envelope, rule ?? '_', constraintName);
  const scanId = firstStr(doc, 'audit_id', 'id');
  // Every violation has its line, however long the constraint's own list is.
  if (event === 'constraint_audited' && rule !== undefined && scanId !== undefined)
    return accept({ ...SCAN, kind: 'scan', scope, scanId, atMs, complete: true });
  // Other lines that frame an audit run carry no resource.
  if (rule === undefined || name === undefined) return accept({ kind: 'activity', action: 'gatekeeper:audit', atMs });
  return accept(
    finding({
      detector: 'gatekeeper',
      detectorClass: 'posture',
      atMs,
      scope,
      scanId,
      ...violation(
        {
          rule,
          constraint: constraintName,
          actions: actionsOf(doc),
          message: firstStr(doc, 'msg', 'message'),
          group: str(doc, 'resource_group') ?? str(doc, 'resourceGroup'),
          kind: firstStr(doc, 'resource_kind', 'resourceKind') ?? '_',
          namespace: firstStr(doc, 'resource_namespace', 'resourceNamespace'),
          name,
        },
        envelope,
      ),
    }),
  );
}

const SCAN = { detector: 'gatekeeper', detectorClass: 'posture', absenceCloses: true } as const;

/** What the constraint would do: `scoped` ones name their actions in a list of their own. */
function actionsOf(entry: JsonObject): string[] {
  const scoped = [...strings(entry, 'constraint_enforcement_actions'), ...strings(entry, 'enforcementActions')];
  const action = firstStr(entry, 'constraint_action', 'enforcementAction');
  return scoped.length > 0 || action === undefined ? scoped : [action];
}

function scopeOf(envelope: Envelope, kind: string, name: string | undefined): string {
  return `gatekeeper/${clusterOf(envelope) ?? '_'}/${kind}/${name ?? '_'}`;
}

/** A list that was cut (20 by default) closes nothing. */
function constraint(doc: JsonObject, envelope: Envelope): Decoded['observations'] {
  const status = obj(doc, 'status');
  const violations = objects(status, 'violations');
  const total = num(status, 'totalViolations');
  const complete = total === undefined ? violations.length < 20 : total <= violations.length;
  const rule = str(doc, 'kind') ?? 'unknown';
  const name = str(doc, 'metadata', 'name');
  const atMs = eventTime(envelope, status.auditTimestamp);
  const scan = {
    ...SCAN,
    scope: scopeOf(envelope, rule, name),
    scanId: str(status, 'auditTimestamp') ?? String(atMs),
    atMs,
    complete,
  };
  return scanReport(
    scan,
    violations.map((entry) =>
      violation(
        {
          rule,
          constraint: name,
          actions: actionsOf(entry),
          message: str(entry, 'message'),
          group: typeof entry.group === 'string' ? entry.group : undefined,
          kind: str(entry, 'kind') ?? '_',
          namespace: str(entry, 'namespace'),
          name: str(entry, 'name') ?? '_',
        },
        envelope,
      ),
    ),
  );
}

interface Violation {
  rule: string;
  constraint: string | undefined;
  actions: string[];
  message: string | undefined;
  group: string | undefined;
  kind: string;
  namespace: string | undefined;
  name: string;
}

/** Gatekeeper has no severities: what it would deny is high, what it only warns of is medium. A template has constraints of many names. */
function violation(
  entry: Violation,
  envelope: Envelope,
): Pick<FindingObservation, 'rule' | 'title' | 'asset' | 'discriminator' | 'verdict' | 'severity' | 'evidence'> {
  const object = {
    cluster: clusterOf(envelope),
    group: entry.group,
    kind: entry.kind,
    namespace: entry.namespace,
    name: entry.name,
  };
  return {
    rule: entry.rule,
    title: `${entry.rule}: ${entry.constraint ?? 'constraint'}`,
    asset: /^(pod|replicaset|job)$/i.test(entry.kind) ? workloadAsset(object) : kubernetesAsset(object),
    ...(entry.constraint === undefined ? {} : { discriminator: entry.constraint }),
    verdict: 'fail',
    severity: entry.actions.length > 0 && entry.actions.every(isLenient) ? 'medium' : 'high',
    ...evidence({
      message: entry.message,
      constraint: entry.constraint,
      enforcement: entry.actions.join(', '),
      object: `${entry.kind}/${entry.name}`,
    }),
  };
}

const isLenient = (action: string): boolean => action === 'warn' || action === 'dryrun';

import type {
  ActionInput,
  AssetRef,
  Criticality,
  DetectorClass,
  FindingObservation,
  PersonInput,
  Severity,
  VerdictLabel,
} from '@cnapp-slo/model';
import { findingIdOf, type Ledgered } from '../../pipeline/facts.ts';

/** Words for the story that README.md tells. Day 0 is Monday, 1 June 2026. */
export const DAY_0 = Date.parse('2026-06-01T00:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Something told at an instant: from a source, or by a person. */
export interface Told {
  atMs: number;
  format: string;
  bodies: Ledgered[];
  bytes?: number;
}
export interface Said {
  atMs: number;
  input: PersonInput;
}

/** `[day, hour, minute]` of the story. */
export type When = readonly [day: number, hour?: number, minute?: number];

export function at([day, hour = 0, minute = 0]: When): number {
  return DAY_0 + day * DAY + hour * HOUR + minute * MINUTE;
}

const ACCOUNT = { provider: 'aws' as const, account: '1' };
export const ASSETS: Readonly<Record<string, { ref: AssetRef; criticality: Criticality }>> = {
  a0: { ref: { ...ACCOUNT, id: 'a0', kind: 's3_bucket', name: 'a0' }, criticality: 'c0' },
  a1: { ref: { ...ACCOUNT, id: 'a1', kind: 's3_bucket', name: 'a1' }, criticality: 'c1' },
  blog: {
    ref: { ...ACCOUNT, id: 'blog', kind: 'deployment', provider: 'kubernetes', name: 'blog' },
    criticality: 'c2',
  },
  a3: { ref: { ...ACCOUNT, id: 'a3', kind: 's3_bucket', name: 'a3' }, criticality: 'c3' },
  cart: {
    ref: { ...ACCOUNT, id: 'cart', kind: 'deployment', provider: 'kubernetes', name: 'cart' },
    criticality: 'c1',
  },
  ana: { ref: { ...ACCOUNT, id: 'ana', kind: 'iam_user', name: 'ana' }, criticality: 'c2' },
  bot: { ref: { ...ACCOUNT, id: 'bot', kind: 'iam_user', name: 'bot' }, criticality: 'c3' },
  temp: { ref: { ...ACCOUNT, id: 'temp', kind: 's3_bucket', name: 'temp' }, criticality: 'c2' },
};

export function ref(name: string): AssetRef {
  const known = ASSETS[name];
  if (!known) throw new Error(`no asset ${name}`);
  return known.ref;
}

export const told: Told[] = [];
const said: Said[] = [];

export function tell(when: When, format: string, ...bodies: Ledgered[]): void {
  told.push({ atMs: at(when), format, bodies });
}

export function verdict(
  name: string,
  rule: string,
  when: When,
  is: FindingObservation['verdict'],
  more: Partial<FindingObservation> = {},
): FindingObservation {
  return {
    kind: 'finding',
    detector: 'prowler',
    detectorClass: 'posture',
    rule,
    title: rule,
    asset: ref(name),
    verdict: is,
    severity: 'critical',
    scope: '1',
    atMs: at(when),
    ...more,
  };
}

/** A change that can have caused, or fixed, the rule. */
export function change(name: string, rule: string, when: When, actor = 'p0'): void {
  tell(when, 'cloudtrail', {
    kind: 'change',
    nativeId: `${rule}-${when.join(':')}`,
    changeKind: 'api',
    action: `aws:s3:${rule}`,
    atMs: at(when),
    assets: [ref(name)],
    actor: { id: actor, kind: actor === 'p0' ? 'human' : 'automation' },
    outcome: 'success',
  });
}

/** Only what is named after the rule can cause or fix it. */
export function canCause(finding: { rule: string }, cause: { action: string }): boolean {
  return cause.action === `aws:s3:${finding.rule}`;
}

export function say(when: When, input: PersonInput): void {
  said.push({ atMs: at(when), input });
}

const ana = { id: 'ana@example.com', kind: 'human' as const };
export const playbook = { id: 'playbook', kind: 'automation' as const };

export function alert(subjectId: string, when: When): void {
  say(when, { kind: 'alert', subjectId, channel: 'pager', precision: 'exact', atMs: at(when) });
}

export function label(subjectId: string, when: When, is: VerdictLabel): void {
  say(when, { kind: 'verdict', subjectId, verdict: is, actor: ana, atMs: at(when) });
}

export function attempt(
  subjectId: string,
  from: When,
  to: When,
  is: ActionInput['action'],
  more: Partial<ActionInput>,
): void {
  const input = {
    kind: 'action' as const,
    subjectId,
    attemptId: `${subjectId}-${from.join(':')}`,
    actor: playbook,
    ...more,
  };
  say(from, { ...input, action: 'started', atMs: at(from) });
  say(to, { ...input, action: is, atMs: at(to) });
}

interface Violation {
  asset: string;
  severity?: Severity;
  changed?: When;
  detected: When;
  alerted: When;
  /** tp an hour after the alert, unless said. */
  label?: VerdictLabel | null;
  labelled?: When;
  /** The fixing change; absent: nobody's. */
  fixed?: When;
  fixedBy?: string;
  verified?: When;
  /** Which episode of the finding it is. */
  seq?: number;
}

/** A posture finding of its own rule. */
export function violation(rule: string, v: Violation): string {
  const more = { severity: v.severity ?? 'critical' } as const;
  const first = verdict(v.asset, rule, v.detected, 'fail', more);
  const id = `${findingIdOf('default', first)}.${v.seq ?? 1}`;
  if (v.changed) change(v.asset, rule, v.changed);
  tell(v.detected, 'ocsf', first);
  alert(id, v.alerted);
  const [day, hour = 0, minute = 0] = v.alerted;
  if (v.label !== null) label(id, v.labelled ?? [day, hour + 1, minute], v.label ?? 'tp');
  if (v.fixed) change(v.asset, rule, v.fixed, v.fixedBy);
  if (v.verified) tell(v.verified, 'ocsf', verdict(v.asset, rule, v.verified, 'pass', more));
  return id;
}

interface Detection {
  asset: string;
  rule: string;
  when: When;
  severity: Severity;
  identity?: boolean;
  confidence?: number;
  alerted?: When;
  label?: VerdictLabel;
  labelled?: When;
  contained?: When;
  containedBy?: Partial<ActionInput>;
}

export function detection(d: Detection): void {
  const detectorClass: DetectorClass = d.identity ? 'identity' : 'runtime';
  const body = verdict(d.asset, d.rule, d.when, 'fail', {
    detector: d.identity ? 'guardduty' : 'falco',
    detectorClass,
    severity: d.severity,
    discriminator: d.when.join(':'),
    ...(d.confidence !== undefined && { confidence: d.confidence }),
  });
  const id = `${findingIdOf('default', body)}.1`;
  tell(d.when, d.identity ? 'guardduty' : 'falco', body);
  if (d.alerted) alert(id, d.alerted);
  if (d.contained) {
    const input = { kind: 'action' as const, subjectId: id, action: 'contained' as const, actor: ana };
    say(d.contained, { ...input, ...d.containedBy, atMs: at(d.contained) });
  }
  if (d.label) label(id, d.labelled ?? d.when, d.label);
}

/** Everything told so far, in the order in which it happened. */
export function everything(): (Told | Said)[] {
  return [...told, ...said].sort((a, b) => a.atMs - b.atMs);
}

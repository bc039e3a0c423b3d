import type { FindingObservation, GateObservation } from '@cnapp-slo/model';
import { findingIdOf } from '../../pipeline/facts.ts';
import { tellRoutine } from './routine.ts';
import {
  alert,
  at,
  attempt,
  change,
  detection,
  everything,
  playbook,
  ref,
  type Said,
  say,
  type Told,
  tell,
  told,
  verdict,
  violation,
  type When,
} from './telling.ts';

/** A commit to main at 09:00 of the day, and its gate ten minutes later. */
function revision(name: string, day: number, ...verdicts: [When, GateObservation['verdict'], boolean?][]): void {
  tell([day, 9], 'github', {
    kind: 'change',
    nativeId: name,
    changeKind: 'commit',
    action: 'github:push',
    atMs: at([day, 9]),
    assets: [],
    actor: { id: 'p0', kind: 'human' },
    outcome: 'success',
    vcs: { repository: 'shop', revision: name, ref: 'main' },
  });
  for (const [when, is, overridden] of verdicts) {
    tell(when, 'github', {
      kind: 'gate',
      repository: 'shop',
      revision: name,
      gate: 'iac',
      verdict: is,
      enforced: true,
      atMs: at(when),
      ...(overridden && { overridden }),
    });
  }
}

function tellViolations(): void {
  violation('e1', {
    asset: 'a0',
    changed: [1, 10],
    detected: [1, 10, 20],
    alerted: [1, 10, 30],
    fixed: [1, 14, 30],
    verified: [1, 16, 30],
  });
  violation('e2', {
    asset: 'a1',
    severity: 'high',
    changed: [2, 8],
    detected: [2, 9],
    alerted: [2, 9],
    fixed: [5, 8],
    verified: [5, 9],
  });
  violation('e3', { asset: 'blog', changed: [4], detected: [4, 2], alerted: [4, 2], fixed: [6, 1], verified: [6, 2] });
  violation('e4', {
    asset: 'a3',
    changed: [8, 6],
    detected: [8, 6, 30],
    alerted: [8, 7],
    label: null,
    fixed: [30, 6],
    verified: [30, 7],
  });
  violation('e5', {
    asset: 'a0',
    severity: 'high',
    changed: [10, 12],
    detected: [10, 12, 40],
    alerted: [10, 13],
    label: 'fp',
    labelled: [11, 12],
  });
  const e6 = violation('e6', {
    asset: 'a1',
    changed: [13],
    detected: [13, 0, 15],
    alerted: [13, 0, 15],
    verified: [13, 2, 15],
  });
  attempt(e6, [13, 1], [13, 1, 10], 'remediated', { tier: 'T3' });
  const e7 = violation('e7', { asset: 'blog', changed: [16], detected: [16, 1], alerted: [16, 1], verified: [16, 3] });
  attempt(e7, [16, 2], [16, 2, 10], 'remediated', { tier: 'T3' });
  violation('e7', {
    asset: 'blog',
    changed: [17, 23, 30],
    detected: [18],
    alerted: [18, 0, 30],
    fixed: [18, 10],
    verified: [18, 12, 30],
    seq: 2,
  });
  tell([20], 'ocsf', verdict('a3', 'e9', [20], 'pass', { severity: 'high' }));
  violation('e9', {
    asset: 'a3',
    severity: 'high',
    detected: [20, 12],
    alerted: [20, 12],
    fixed: [40, 11],
    verified: [40, 12],
  });
  const e10 = violation('e10', {
    asset: 'a0',
    changed: [22],
    detected: [22, 0, 30],
    alerted: [22, 1],
    fixed: [33],
    verified: [33, 0, 30],
  });
  say([22, 13], {
    kind: 'acceptance',
    subjectId: e10,
    requester: { id: 'dev', kind: 'human' },
    approver: { id: 'boss', kind: 'human' },
    reason: 'migration',
    policy: 'resume',
    atMs: at([22, 13]),
    expiresMs: at([32, 13]),
  });
  tell([24], 'inventory', { kind: 'asset', asset: ref('temp'), state: 'present', atMs: at([24]) });
  violation('e11', { asset: 'temp', changed: [25], detected: [25, 0, 10], alerted: [25, 0, 30], label: null });
  tell([25, 12], 'cloudtrail', { kind: 'asset', asset: ref('temp'), state: 'deleted', atMs: at([25, 12]) });
  tell([0, 6], 'ocsf', verdict('a3', 'e12', [0, 6], 'fail'));
  change('a3', 'e12', [45, 5]);
  tell([45, 6], 'ocsf', verdict('a3', 'e12', [45, 6], 'pass'));
  violation('e13', {
    asset: 'a1',
    severity: 'high',
    changed: [28],
    detected: [28, 0, 45],
    alerted: [28, 1],
    fixed: [28, 2],
    fixedBy: 'argocd-application-controller',
    verified: [28, 7],
  });
  const e14 = violation('e14', {
    asset: 'blog',
    changed: [31],
    detected: [31, 0, 50],
    alerted: [31, 1],
    fixed: [31, 20],
    verified: [31, 21],
  });
  attempt(e14, [31, 2], [31, 2, 20], 'failed', { tier: 'T3', cause: 'permission' });
  violation('e15', {
    asset: 'a0',
    changed: [36],
    detected: [36, 1, 30],
    alerted: [36, 2],
    fixed: [36, 11],
    verified: [36, 12],
  });
  const e16 = violation('e16', {
    asset: 'a1',
    changed: [41],
    detected: [41, 0, 20],
    alerted: [41, 0, 20],
    verified: [41, 4, 20],
  });
  attempt(e16, [41, 4], [41, 4, 5], 'remediated', { tier: 'T2' });
  violation('e17', { asset: 'blog', severity: 'high', changed: [44], detected: [44, 0, 30], alerted: [44, 1] });
  const e18 = violation('e18', {
    asset: 'a3',
    changed: [48],
    detected: [48, 0, 5],
    alerted: [48, 0, 5],
    verified: [48, 2, 5],
  });
  attempt(e18, [48, 1], [48, 1, 10], 'remediated', { tier: 'T3' });
  violation('e19', {
    asset: 'a0',
    changed: [52],
    detected: [52, 0, 40],
    alerted: [52, 1],
    fixed: [52, 22],
    verified: [52, 23],
  });
  violation('e20', {
    asset: 'a1',
    severity: 'high',
    changed: [55],
    detected: [55, 0, 55],
    alerted: [55, 1],
    fixed: [57],
    verified: [57, 1],
  });
}

function tellVulnerability(): void {
  const vulnerable = (when: When, is: 'fail' | 'pass', rule = 'CVE-2026-1'): FindingObservation =>
    verdict('cart', rule, when, is, { detector: 'trivy', detectorClass: 'vulnerability', scope: 'cart' });
  tell([0, 6], 'trivy', vulnerable([0, 6], 'pass', 'CVE-2025-9'));
  tell([5], 'trivy', vulnerable([5], 'fail'));
  alert(`${findingIdOf('default', vulnerable([5], 'fail'))}.1`, [5, 1]);
  tell([5, 21], 'trivy', vulnerable([5, 21], 'pass'));
}

function tellDetections(): void {
  const byPlaybook = { actor: playbook, tier: 'T3' as const };
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [3, 10],
    severity: 'critical',
    alerted: [3, 10, 2],
    contained: [3, 16],
    label: 'tp',
    labelled: [4],
  });
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [7, 10],
    severity: 'high',
    alerted: [7, 10, 2],
    label: 'fp',
    labelled: [8],
  });
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [12, 10],
    severity: 'high',
    alerted: [12, 10, 2],
    label: 'btp',
    labelled: [12, 12],
  });
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [20, 10],
    severity: 'high',
    alerted: [20, 10, 2],
    contained: [20, 22],
    containedBy: byPlaybook,
    label: 'tp',
    labelled: [20, 12],
  });
  detection({ asset: 'cart', rule: 'shell', when: [29, 10], severity: 'high', alerted: [29, 10, 2] });
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [34, 10],
    severity: 'high',
    alerted: [34, 10, 2],
    label: 'fp',
    labelled: [34, 12],
  });
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [43, 10],
    severity: 'high',
    alerted: [43, 10, 2],
    contained: [43, 13],
    containedBy: byPlaybook,
    label: 'tp',
    labelled: [43, 12],
  });
  detection({
    asset: 'cart',
    rule: 'shell',
    when: [50, 10],
    severity: 'high',
    alerted: [50, 10, 2],
    label: 'duplicate',
    labelled: [50, 12],
  });
  const escalation = { rule: 'escalation', identity: true, severity: 'high' as const };
  detection({
    ...escalation,
    asset: 'ana',
    when: [9, 15],
    confidence: 0.9,
    alerted: [9, 15, 2],
    contained: [9, 21],
    label: 'tp',
    labelled: [10],
  });
  detection({ ...escalation, asset: 'ana', when: [16, 15], confidence: 0.5 });
  detection({
    ...escalation,
    asset: 'bot',
    when: [37, 15],
    confidence: 0.8,
    alerted: [37, 15, 2],
    label: 'btp',
    labelled: [38],
  });
  detection({ ...escalation, asset: 'bot', when: [37, 16, 30], confidence: 0.8 });
  detection({
    ...escalation,
    asset: 'ana',
    when: [51, 15],
    severity: 'medium',
    alerted: [51, 15, 2],
    contained: [51, 16],
    label: 'tp',
    labelled: [52],
  });
}

function tellChangesAndArtifacts(): void {
  for (let n = 1; n <= 20; n += 1) {
    const day = 3 * n - 1;
    if (n === 3 || n === 13) revision(`c${n}`, day, [[day, 9, 10], 'fail']);
    else if (n === 5) revision(`c${n}`, day, [[day, 9, 10], 'fail'], [[day, 10], 'pass']);
    else if (n === 6) revision(`c${n}`, day, [[day, 9, 10], 'error']);
    else if (n === 9) revision(`c${n}`, day, [[day, 9, 10], 'fail', true]);
    else if (n === 19) revision(`c${n}`, day, [[day + 2, 9], 'fail']);
    else revision(`c${n}`, day, [[day, 9, 10], 'pass']);
  }
  const sbom = (when: When, digest: string): void =>
    tell(when, 'sbom-cyclonedx', {
      kind: 'sbom',
      digest: `sha256:${digest.repeat(64)}`,
      subject: digest,
      spec: 'cyclonedx',
      components: 10,
      atMs: at(when),
    });
  sbom([4], 'a');
  sbom([24], 'b');
  const claim = (day: number, repository: string): void =>
    tell([day], 'terraform', {
      kind: 'asset',
      asset: ref('blog'),
      state: 'present',
      atMs: at([day]),
      context: { iac: { repository } },
    });
  claim(38, 'infra');
  claim(40, 'blog');
  claim(50, 'infra');
}

/** The story that README.md tells, as facts in the order in which they happened. */
export function plantedStory(): (Told | Said)[] {
  if (told.length === 0) {
    tellRoutine();
    tellViolations();
    tellVulnerability();
    tellDetections();
    tellChangesAndArtifacts();
  }
  return everything();
}

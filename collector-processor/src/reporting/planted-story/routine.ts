import type { Asset, FindingObservation } from '@cnapp-slo/model';
import type { Ledgered } from '../../pipeline/facts.ts';
import { ASSETS, at, ref, tell, told, verdict, type When } from './telling.ts';

/** What happens every day. */
export function tellRoutine(): void {
  for (const [name, { ref: asset, criticality }] of Object.entries(ASSETS)) {
    if (name === 'temp') continue;
    const iac = { a0: 'infra', a1: 'infra', blog: 'infra', cart: 'infra' }[name];
    const context: Asset['context'] = { criticality, ...(iac && { iac: { repository: iac } }) };
    tell([0, 6], 'inventory', { kind: 'asset', asset, state: 'present', atMs: at([0, 6]), context });
    tell([0, 6], 'ocsf', verdict(name, 'base', [0, 6], 'pass'));
  }
  for (let day = 0; day <= 60; day += 1) {
    const scan = (scope: string, complete: boolean): Ledgered => ({
      kind: 'scan',
      detector: 'prowler',
      detectorClass: 'posture',
      scope,
      scanId: `${scope}-${day}`,
      atMs: at([day, 6]),
      complete,
      absenceCloses: false,
      ...(!complete && { error: 'AccessDenied' }),
      intervalSeconds: 86_400,
    });
    told.push({ atMs: at([day, 6]), format: 'ocsf', bodies: [scan('1', true)], bytes: day === 33 ? 1500 : 1000 });
    if (day <= 25 || day >= 34) tell([day, 6], 'ocsf', scan('2', true));
    else if (day <= 27) tell([day, 6], 'ocsf', scan('2', false));
    const beat = (node: string, when: When, more = {}): void =>
      tell(when, 'falco-agent', {
        kind: 'heartbeat',
        agent: 'falco',
        node,
        atMs: at(when),
        intervalSeconds: 86_400,
        ...more,
      });
    beat('n1', [day, 6]);
    if (day <= 15 || day >= 40) beat('n2', [day, 6]);
    if (day >= 30) beat('n3', [day, 19, 30], { dropped: 10, received: 90 });
    const runs = (name: string, digest: string): void =>
      tell([day, 6], 'k8s-inventory', {
        kind: 'asset',
        asset: ref(name),
        state: 'present',
        atMs: at([day, 6]),
        relations: [{ rel: 'runs_image', to: `registry/${name}@sha256:${digest.repeat(64)}` }],
      });
    runs('cart', day <= 20 ? 'a' : 'b');
    if (day >= 10 && day <= 12) runs('blog', 'c');
    if (day > 0) tellDetectionsOf(day);
    if (day > 0) tellComparisonsOf(day);
    if (day % 7 === 0) tellPrincipalsOf(day);
  }
}

/** One detection a day at 19:10; thirty in that hour of day 33. */
function tellDetectionsOf(day: number): void {
  const times = day === 33 ? 30 : 1;
  for (let i = 0; i < times; i += 1) {
    const body = verdict('cart', 'dns', [day, 19, 10 + i], 'fail', {
      detector: 'falco',
      detectorClass: 'runtime',
      severity: 'low',
    });
    tell([day, 19, 10 + i], 'falco', body);
  }
}

function tellComparisonsOf(day: number): void {
  const compare = (name: string, more: FindingObservation['drift']): void => {
    const isDrift = more?.kind !== undefined;
    const body = verdict(name, 'drift', [day], isDrift ? 'fail' : 'pass', {
      detector: 'argocd',
      detectorClass: 'drift',
      drift: { intervalSeconds: 86_400, ...more },
    });
    tell([day], 'argocd', body);
  };
  compare('cart', day === 10 || day === 11 ? { kind: 'modified' } : {});
  if (day > 50) return;
  if (day === 20) compare('blog', { kind: 'modified', expected: 'autoscaler' });
  else compare('blog', day >= 35 && day <= 37 ? { kind: 'unmanaged' } : {});
}

function tellPrincipalsOf(day: number): void {
  for (let i = 0; i < 10; i += 1) {
    tell([day, 12], 'cloudtrail', {
      kind: 'change',
      nativeId: `routine-${day}-${i}`,
      changeKind: 'api',
      action: 'aws:iam:routine',
      atMs: at([day, 12]),
      assets: [],
      actor: { id: `p${i}`, kind: 'human' },
      outcome: 'success',
    });
  }
}

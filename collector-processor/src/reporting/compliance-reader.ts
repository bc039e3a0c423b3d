import type {
  CompliancePort,
  ComplianceQuery,
  ControlJson,
  EvidenceJson,
  FrameworkJson,
  NowMs,
  Page,
  PosturePointJson,
  Range,
} from '@cnapp-slo/model';
import { isExerciseTenant, unionOf } from '@cnapp-slo/model';
import type { Estate } from '../pipeline/estate.ts';
import type { FindingRow } from '../pipeline/finding-row.ts';
import type { Processor } from '../pipeline/processor.ts';
import {
  type Check,
  type CheckCounts,
  checkAt,
  controlStatus,
  familyOf,
  noChecks,
  postureOf,
} from '../policy/compliance/posture.ts';
import { knownAt } from './as-of.ts';
import { labelsOf, matcherOf } from './filter.ts';
import { iso, isoOrNull } from './json.ts';
import { pageOf } from './window.ts';

/** A check with what it is evidence for. */
interface Evidence extends Check {
  row: FindingRow;
  controls: Readonly<Record<string, readonly string[]>>;
  account: string;
  team: string;
}

type ByControl = Map<string, CheckCounts>;

/** Posture against the frameworks that tools report, at any instant, by what was known at any other. */
export class ComplianceReader implements CompliancePort {
  readonly #processor: Processor;
  readonly #now: NowMs;

  constructor(processor: Processor, now: NowMs) {
    this.#processor = processor;
    this.#now = now;
  }

  /** One row a framework, or one for each account or team of it. */
  frameworks(query: ComplianceQuery & { by?: 'account' | 'team' }): FrameworkJson[] {
    const atMs = query.validMs ?? this.#now();
    const rows = new Map<string, { framework: string; group: string | null; controls: ByControl }>();
    for (const evidence of this.#evidence(query)) {
      const status = checkAt(evidence, atMs);
      if (status === null) continue;
      const group = query.by === undefined ? null : evidence[query.by];
      for (const [framework, controls] of Object.entries(evidence.controls)) {
        const key = JSON.stringify([framework, group]);
        const row = rows.get(key) ?? { framework, group, controls: new Map() };
        rows.set(key, row);
        for (const control of controls) countIn(row.controls, control, status);
      }
    }
    return [...rows.values()]
      .sort((a, b) => compare(a.framework, b.framework) || compare(a.group ?? '', b.group ?? ''))
      .map(({ framework, group, controls }) => ({
        framework,
        family: familyOf(framework),
        group,
        ...postureOf(controls.values()),
      }));
  }

  controls(framework: string, query: ComplianceQuery): ControlJson[] {
    const atMs = query.validMs ?? this.#now();
    return [...this.#byControl(this.#of(framework, query), framework, atMs)]
      .sort(([a], [b]) => compare(a, b))
      .map(([control, checks]) => ({ control, status: controlStatus(checks), checks }));
  }

  series(framework: string, query: ComplianceQuery & { windowMs: number; stepMs: number }): PosturePointJson[] {
    const toMs = query.validMs ?? this.#now();
    const evidence = this.#of(framework, query);
    const points: PosturePointJson[] = [];
    for (let atMs = toMs - query.windowMs; atMs <= toMs; atMs += query.stepMs) {
      points.push({ at: iso(atMs), ...postureOf(this.#byControl(evidence, framework, atMs).values()) });
    }
    return points;
  }

  /** What stood behind the control at the instant: of each check, the last verdict until then. */
  evidence(
    framework: string,
    control: string,
    query: ComplianceQuery & { cursor?: string; limit?: number },
  ): Page<EvidenceJson> {
    const atMs = query.validMs ?? this.#now();
    const rows = this.#of(framework, query).flatMap((evidence) => {
      const status = evidence.controls[framework]?.includes(control) ? checkAt(evidence, atMs) : null;
      return status === null ? [] : [{ evidence, status }];
    });
    rows.sort((a, b) => compare(a.evidence.row.id, b.evidence.row.id));
    return pageOf(rows, query, ({ evidence: { row, team }, status }) => {
      const { finding } = row;
      const verdict = this.#processor.store
        .factsOf(finding.id, query.asOfMs)
        .filter((fact) => fact.body.kind === 'finding' && fact.atMs <= atMs)
        .sort((a, b) => b.atMs - a.atMs || compare(a.id, b.id))[0];
      return {
        finding_id: finding.id,
        rule: finding.rule,
        detector: finding.detector,
        title: finding.title,
        asset_id: finding.asset.id,
        account: finding.asset.account ?? null,
        team,
        status,
        verdict: verdict?.body.kind === 'finding' ? verdict.body.verdict : null,
        fact_id: verdict?.id ?? null,
        source: verdict?.source.id ?? null,
        at: isoOrNull(verdict?.atMs),
        received_at: isoOrNull(verdict?.recvMs),
      };
    });
  }

  #byControl(evidence: readonly Evidence[], framework: string, atMs: number): ByControl {
    const controls: ByControl = new Map();
    for (const one of evidence) {
      const status = checkAt(one, atMs);
      if (status === null) continue;
      for (const control of one.controls[framework] ?? []) countIn(controls, control, status);
    }
    return controls;
  }

  #of(framework: string, query: ComplianceQuery): Evidence[] {
    return [...this.#evidence(query)].filter(({ controls }) => framework in controls);
  }

  *#evidence(query: ComplianceQuery): Generator<Evidence> {
    const estate = query.asOfMs === undefined ? this.#processor.estate : knownAt(this.#processor, query.asOfMs).estate;
    const fits = matcherOf(query.filter ?? {});
    const watchedIn = watchedBy(estate);
    for (const row of estate.findings.rows()) {
      const { finding } = row;
      if (isExerciseTenant(finding.tenant)) continue;
      const rule = estate.records.rule(finding.tenant, finding.detector, finding.rule);
      const asset = row.inventoried;
      if (!rule || (query.account !== undefined && finding.asset.account !== query.account)) continue;
      if (!fits(labelsOf({ finding, asset }))) continue;
      yield {
        row,
        controls: rule.controls,
        account: finding.asset.account ?? finding.asset.cluster ?? 'unknown',
        team: asset?.team ?? 'unowned',
        episodes: row.episodes.map(({ episode }) => episode),
        lastVerdict: finding.lastVerdict,
        firstMs: row.firstMs,
        watched: watchedIn(row.scopes),
        deletedMs: asset?.deletedMs ?? null,
      };
    }
  }
}

/** Most findings share their scopes: each set is joined once. */
function watchedBy(estate: Estate): (scopes: readonly string[]) => readonly Range[] {
  const unions = new Map<string, readonly Range[]>();
  return (scopes) => {
    const name = scopes.join('\n');
    const union = unions.get(name) ?? unionOf(scopes.map((key) => estate.records.scope(key)?.watched ?? []));
    unions.set(name, union);
    return union;
  };
}

function countIn(controls: ByControl, control: string, status: keyof CheckCounts): void {
  const counts = controls.get(control) ?? noChecks();
  counts[status] += 1;
  controls.set(control, counts);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type {
  AgentRecord,
  ArtifactRecord,
  ChangeRecord,
  DetectionHours,
  ExerciseRecord,
  Fact,
  IncidentRecord,
  LedgerStore,
  MaintenanceRecord,
  OverrideRecord,
  PrincipalRecord,
  RolloutRecord,
  RuleRecord,
  ScopeRecord,
} from '@cnapp-slo/model';
import {
  DAY_MS,
  digestsOf,
  isExerciseTenant,
  mergeAgent,
  mergeArtifact,
  mergeChange,
  mergeDetection,
  mergeExercise,
  mergeIncident,
  mergeMaintenance,
  mergeOverride,
  mergePrincipal,
  mergeRollout,
  mergeRule,
  mergeScope,
  speaksOfScope,
} from '@cnapp-slo/model';
import { scopeKey, scopeOf } from './facts.ts';
import { byKey } from './keyed.ts';

/** What SLIs count besides episodes and drift. Each record joins the facts of one key, in any order to the same state. */
interface RecordTypes {
  change: ChangeRecord;
  principal: PrincipalRecord;
  artifact: ArtifactRecord;
  scope: ScopeRecord;
  agent: AgentRecord;
  detections: DetectionHours;
  incident: IncidentRecord;
  exercise: ExerciseRecord;
  rule: RuleRecord;
  override: OverrideRecord;
  maintenance: MaintenanceRecord;
  rollout: RolloutRecord;
}

type RecordKind = keyof RecordTypes;
type AnyRecord = RecordTypes[RecordKind];

/** A fact's part in a record: `<kind> <key>`, and how it is joined in. */
interface Part {
  id: string;
  merge: (known: AnyRecord | undefined) => AnyRecord;
}

function part<K extends RecordKind>(
  kind: K,
  key: readonly (string | number)[],
  merge: (known: RecordTypes[K] | undefined) => RecordTypes[K],
): Part {
  return { id: `${kind} ${JSON.stringify(key)}`, merge: merge as Part['merge'] };
}

function partsOf(fact: Fact): Part[] {
  const { body, tenant } = fact;
  switch (body.kind) {
    case 'gate':
      return [part('change', [tenant, body.repository, body.revision], (known) => mergeChange(known, fact))];
    case 'change': {
      const parts = artifacts(fact);
      if (body.vcs?.revision !== undefined) {
        const key = [tenant, body.vcs.repository, body.vcs.revision];
        parts.push(part('change', key, (known) => mergeChange(known, fact)));
      }
      if (body.changeKind === 'api' && body.outcome !== 'failure')
        parts.push(part('principal', [tenant, body.actor.id], (known) => mergePrincipal(known, fact)));
      return parts;
    }
    case 'finding':
    case 'scan': {
      const parts = artifacts(fact);
      if (body.kind === 'finding' && body.compliance) {
        parts.push(part('rule', [tenant, body.detector, body.rule], (known) => mergeRule(known, fact)));
      }
      if (speaksOfScope(fact)) {
        const scope = body.kind === 'scan' ? body.scope : scopeOf(body);
        parts.push(part('scope', [scopeKey(tenant, body.detector, scope)], (known) => mergeScope(known, fact, scope)));
      } else if (body.kind === 'finding' && body.verdict === 'fail') {
        const key = [tenant, Math.floor(fact.atMs / DAY_MS), body.detector, body.rule];
        parts.push(part('detections', key, (known) => mergeDetection(known, fact)));
      }
      return parts;
    }
    case 'sbom':
    case 'asset':
      return artifacts(fact);
    case 'heartbeat':
      return [part('agent', [tenant, body.agent, body.node], (known) => mergeAgent(known, fact))];
    case 'incident':
      return [part('incident', [tenant, body.incidentId], (known) => mergeIncident(known, fact))];
    case 'exercise':
      return [part('exercise', [tenant, body.exerciseId], (known) => mergeExercise(known, fact))];
    case 'gate_override':
      return [part('override', [tenant, body.overrideId], (known) => mergeOverride(known, fact))];
    case 'maintenance':
      return [part('maintenance', [tenant, body.maintenanceId], (known) => mergeMaintenance(known, fact))];
    case 'sampling_rollout':
      return [part('rollout', [tenant, body.rolloutId], (known) => mergeRollout(known, fact))];
    default:
      return [];
  }
}

function artifacts(fact: Fact): Part[] {
  return digestsOf(fact).map((digest) =>
    part('artifact', [fact.tenant, digest], (known) => mergeArtifact(known, fact, digest)),
  );
}

/** The records as the last commit left them. */
export class Records {
  readonly #kinds = new Map<string, Map<string, AnyRecord>>();

  static load(store: LedgerStore): Records {
    const records = new Records();
    for (const { key, state } of store.load('records')) records.set(key, JSON.parse(state) as AnyRecord);
    return records;
  }

  get(id: string): AnyRecord | undefined {
    return this.#kinds.get(kindOf(id))?.get(id);
  }

  set(id: string, record: AnyRecord): void {
    const kind = kindOf(id);
    const records = this.#kinds.get(kind) ?? new Map<string, AnyRecord>();
    this.#kinds.set(kind, records.set(id, record));
  }

  /** Those of production, or of exercises. */
  list<K extends RecordKind>(kind: K, of: 'production' | 'exercises' = 'production'): RecordTypes[K][] {
    const records = [...(this.#kinds.get(kind)?.values() ?? [])] as RecordTypes[K][];
    return records.filter((record) => isExerciseTenant(record.tenant) === (of === 'exercises'));
  }

  scope(key: string): ScopeRecord | undefined {
    return this.get(`scope ${JSON.stringify([key])}`) as ScopeRecord | undefined;
  }

  rule(tenant: string, detector: string, rule: string): RuleRecord | undefined {
    return this.get(`rule ${JSON.stringify([tenant, detector, rule])}`) as RuleRecord | undefined;
  }

  dump(): string[] {
    const rows = [...this.#kinds.values()].flatMap((records) => [...records]);
    return rows.sort(byKey).map(([id, record]) => `${id} ${JSON.stringify(record)}`);
  }
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf(' '));
}

/** One transaction's records, kept aside until it has committed. */
export class RecordDraft {
  readonly #records: Records;
  readonly #changed = new Map<string, AnyRecord>();

  constructor(records: Records) {
    this.#records = records;
  }

  /** Only facts that the ledger did not have: counts are not idempotent. */
  note(fact: Fact): void {
    for (const { id, merge } of partsOf(fact)) {
      const known = this.#changed.get(id) ?? this.#records.get(id);
      const next = merge(known);
      if (next !== known) this.#changed.set(id, next);
    }
  }

  save(store: LedgerStore): void {
    for (const [id, record] of this.#changed) store.save('records', id, JSON.stringify(record));
  }

  /** After the commit. True when something changed. */
  apply(): boolean {
    for (const [id, record] of this.#changed) this.#records.set(id, record);
    return this.#changed.size > 0;
  }
}

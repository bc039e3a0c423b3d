import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Fact, LedgerStore, SloEvent, StateTable, StoredState } from '@cnapp-slo/model';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

const KEY_COLUMN: Record<StateTable, string> = {
  findings: 'id',
  assets: 'key',
  sources: 'id',
  volumes: 'key',
  records: 'key',
  notifications: 'key',
};

/**
 * The embedded store: SQLite in WAL mode with synchronous=FULL, one writer. All writes happen inside `transaction`;
 * what it returned is durable. Throws at opening when the file is damaged or of another version.
 */
export class SqliteStore implements LedgerStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** `path` is a file, made with its folder when absent, or `:memory:`. */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#db = new DatabaseSync(path);
    this.#db.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000; PRAGMA cache_size=-65536',
    );
    const check = this.#db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new Error(`storage.path: ${path} is damaged: ${check.quick_check}`);
    const { user_version: version } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version !== 0 && version !== SCHEMA_VERSION) {
      throw new Error(`storage.path: ${path} has schema version ${version}, this build reads ${SCHEMA_VERSION}`);
    }
    this.#db.exec(SCHEMA);
    this.#db.exec(`PRAGMA user_version=${SCHEMA_VERSION}`);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** All or nothing. Errors of SQLite (disk full, I/O) are thrown after the roll-back. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** False: the ledger has it already (its receipt may have become earlier). */
  appendFact(fact: Fact, subjects: readonly string[]): 'new' | 'earlier_receipt' | 'known' {
    const inserted = this.#prepare(
      'INSERT INTO facts (id, kind, tenant, at_ms, recv_ms, fact) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING seq',
    ).get(fact.id, fact.body.kind, fact.tenant, fact.atMs, fact.recvMs, JSON.stringify(fact)) as
      | { seq: number }
      | undefined;
    if (inserted) {
      const link = this.#prepare('INSERT OR IGNORE INTO fact_subjects (subject, seq) VALUES (?, ?)');
      for (const subject of subjects) link.run(subject, inserted.seq);
      return 'new';
    }
    const earlier = this.#prepare('UPDATE facts SET recv_ms = ?, fact = ? WHERE id = ? AND recv_ms > ?').run(
      fact.recvMs,
      JSON.stringify(fact),
      fact.id,
      fact.recvMs,
    );
    return earlier.changes > 0 ? 'earlier_receipt' : 'known';
  }

  /** Facts about a subject, received by `recvUntilMs`. */
  factsOf(subject: string, recvUntilMs = Number.MAX_SAFE_INTEGER): Fact[] {
    const rows = this.#prepare(
      'SELECT f.fact FROM fact_subjects s JOIN facts f ON f.seq = s.seq WHERE s.subject = ? AND f.recv_ms <= ?',
    ).all(subject, recvUntilMs) as { fact: string }[];
    return rows.map((row) => JSON.parse(row.fact) as Fact);
  }

  factById(id: string): Fact | null {
    const row = this.#prepare('SELECT fact FROM facts WHERE id = ?').get(id) as { fact: string } | undefined;
    return row ? (JSON.parse(row.fact) as Fact) : null;
  }

  /** Changes before (event time, seq), latest event first. */
  latestChanges(beforeMs: number, beforeSeq: number, limit: number): { seq: number; fact: Fact }[] {
    const rows = this.#prepare(
      "SELECT seq, fact FROM facts WHERE kind = 'change' AND (at_ms, seq) < (?, ?) ORDER BY at_ms DESC, seq DESC LIMIT ?",
    ).all(beforeMs, beforeSeq, limit) as { seq: number; fact: string }[];
    return rows.map((row) => ({ seq: row.seq, fact: JSON.parse(row.fact) as Fact }));
  }

  /** The whole ledger in order of arrival, one line at a time. */
  *ledger(recvUntilMs = Number.MAX_SAFE_INTEGER): Generator<Fact> {
    for (const row of this.#prepare('SELECT fact FROM facts WHERE recv_ms <= ? ORDER BY seq').iterate(recvUntilMs)) {
      yield JSON.parse((row as { fact: string }).fact) as Fact;
    }
  }

  *factsAfter(seq: number): Generator<Fact> {
    for (const row of this.#prepare('SELECT fact FROM facts WHERE seq > ? ORDER BY seq').iterate(seq)) {
      yield JSON.parse((row as { fact: string }).fact) as Fact;
    }
  }

  lastSeq(): number {
    return (this.#prepare('SELECT coalesce(max(seq), 0) AS seq FROM facts').get() as { seq: number }).seq;
  }

  *subjects(prefix: string): Generator<string> {
    const rows = this.#prepare(
      'SELECT DISTINCT subject FROM fact_subjects WHERE subject >= ? AND subject < ? ORDER BY subject',
    ).iterate(prefix, `${prefix}\u{10ffff}`);
    for (const row of rows) yield (row as { subject: string }).subject;
  }

  factCount(): number {
    return (this.#prepare('SELECT count(*) AS n FROM facts').get() as { n: number }).n;
  }

  save(table: StateTable, key: string, state: string): void {
    const column = KEY_COLUMN[table];
    this.#prepare(
      `INSERT INTO ${table} (${column}, state) VALUES (?, ?) ON CONFLICT (${column}) DO UPDATE SET state = excluded.state`,
    ).run(key, state);
  }

  *load(table: StateTable): Generator<StoredState> {
    const column = KEY_COLUMN[table];
    for (const row of this.#prepare(`SELECT ${column} AS key, state FROM ${table} ORDER BY ${column}`).iterate()) {
      yield row as unknown as StoredState;
    }
  }

  saveScope(key: string, firstMs: number): void {
    this.#prepare('INSERT INTO scopes VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET first_ms = excluded.first_ms').run(
      key,
      firstMs,
    );
  }

  loadScopes(): Map<string, number> {
    const rows = this.#prepare('SELECT key, first_ms FROM scopes').all() as { key: string; first_ms: number }[];
    return new Map(rows.map((row) => [row.key, row.first_ms]));
  }

  saveOffset(topic: string, partition: number, next: string): void {
    this.#prepare('INSERT INTO offsets VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next').run(
      topic,
      partition,
      next,
    );
  }

  offset(topic: string, partition: number): string | null {
    const row = this.#prepare('SELECT next FROM offsets WHERE topic = ? AND partition = ?').get(topic, partition) as
      | { next: string }
      | undefined;
    return row?.next ?? null;
  }

  /** False: that episode's outcome was announced before; what was announced is never changed. */
  appendSloEvent(event: SloEvent): boolean {
    const done = this.#prepare('INSERT OR IGNORE INTO slo_events VALUES (?, ?, ?, ?, ?)').run(
      event.sli,
      event.episodeId,
      event.tenant,
      event.outcome,
      event.decidedMs,
    );
    return done.changes > 0;
  }

  loadSloEvents(): SloEvent[] {
    return this.#prepare(
      'SELECT sli, episode_id AS episodeId, tenant, outcome, decided_ms AS decidedMs FROM slo_events ORDER BY decided_ms',
    ).all() as unknown as SloEvent[];
  }

  meta(key: string): string | null {
    const row = this.#prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined;
    return row?.value ?? null;
  }

  saveMeta(key: string, value: string): void {
    this.#prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(key, value);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

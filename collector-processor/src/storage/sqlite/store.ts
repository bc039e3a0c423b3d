import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { EstateTable, Fact, LedgerStore, SloEvent, StatePieces, StateTable, StoredState } from '@cnapp-slo/model';
import { FactTail, type TailFact } from './fact-tail.ts';
import { IS_INPUT, MIGRATION, OLDER_VERSIONS, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { StateLog } from './state-log.ts';

const KEY_COLUMN: Record<StateTable, string> = {
  sources: 'id',
  volumes: 'key',
  records: 'key',
  notifications: 'key',
};

/** The ledger's last facts are indexed in memory, up to this many: a crash costs a start that reads them again. */
const MAX_TAIL = 20_000;
const INDEXED_SEQ = 'indexed_seq';

/**
 * The embedded store: SQLite in WAL mode with synchronous=FULL, one writer. All writes happen inside `transaction`;
 * what it returned is durable. Throws at opening when the file is damaged or of another version.
 */
export class SqliteStore implements LedgerStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #tail = new FactTail();
  readonly #states = new StateLog({
    insert: (table, body) =>
      Number(this.#prepare('INSERT INTO states (kind, body) VALUES (?, ?)').run(table, body).lastInsertRowid),
    body: (id) => (this.#prepare('SELECT body FROM states WHERE id = ?').get(id) as { body: Uint8Array }).body,
    remove: (id) => this.#prepare('DELETE FROM states WHERE id = ?').run(id),
    ids: (table) =>
      (this.#prepare('SELECT id FROM states WHERE kind = ? ORDER BY id DESC').all(table) as { id: number }[]).map(
        ({ id }) => id,
      ),
  });

  /** `path` is a file, made with its folder when absent, or `:memory:`. */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#db = new DatabaseSync(path);
    this.#db.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=8192',
    );
    const check = this.#db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new Error(`storage.path: ${path} is damaged: ${check.quick_check}`);
    const { user_version: version } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (OLDER_VERSIONS.includes(version)) this.#db.exec(MIGRATION);
    else if (version !== 0 && version !== SCHEMA_VERSION) {
      throw new Error(`storage.path: ${path} has schema version ${version}, this build reads ${SCHEMA_VERSION}`);
    }
    this.#db.exec(SCHEMA);
    this.#db.exec(`PRAGMA user_version=${SCHEMA_VERSION}`);
    this.#loadTail();
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** All or nothing. Errors of SQLite (disk full, I/O) are thrown after the roll-back. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      const isFull = this.#tail.size >= MAX_TAIL;
      if (isFull) this.#indexTail();
      this.#db.exec('COMMIT');
      if (isFull) this.#tail.clear();
      else this.#tail.committed();
      this.#states.committed();
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#tail.rolledBack();
      this.#states.rolledBack();
      throw error;
    }
  }

  appendFact(fact: Fact, subjects: readonly string[], isFirst = false): 'new' | 'earlier_receipt' | 'known' {
    const { id, recvMs } = fact;
    const text = JSON.stringify(fact);
    const subjectsOrId = subjects.length > 0 ? subjects : [id];
    const inTail = this.#tail.get(id);
    const known = inTail ?? (isFirst ? undefined : this.#indexed(subjectsOrId[0] as string, id));
    if (!known) {
      const { lastInsertRowid } = this.#prepare(
        'INSERT INTO facts (id, kind, tenant, at_ms, recv_ms, fact, subjects) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).run(id, fact.body.kind, fact.tenant, fact.atMs, recvMs, text, JSON.stringify(subjectsOrId));
      this.#tail.add({ seq: Number(lastInsertRowid), id, subjects: subjectsOrId, fact });
      return 'new';
    }
    const earlier = this.#prepare('UPDATE facts SET recv_ms = ?, fact = ? WHERE seq = ? AND recv_ms > ?').run(
      recvMs,
      text,
      known.seq,
      recvMs,
    );
    if (earlier.changes === 0) return 'known';
    if (inTail) inTail.fact = null;
    return 'earlier_receipt';
  }

  /** Facts about a subject, received by `recvUntilMs`. */
  factsOf(subject: string, recvUntilMs = Number.MAX_SAFE_INTEGER): Fact[] {
    const rows = this.#prepare(
      'SELECT f.fact FROM fact_index i JOIN facts f ON f.seq = i.seq WHERE i.subject = ? AND f.recv_ms <= ?',
    ).all(subject, recvUntilMs) as { fact: string }[];
    const facts = rows.map((row) => JSON.parse(row.fact) as Fact);
    for (const entry of this.#tail.about(subject)) {
      const fact = this.#tailFact(entry);
      if (fact.recvMs <= recvUntilMs) facts.push(fact);
    }
    return facts;
  }

  fact(subject: string, id: string): Fact | null {
    const recent = this.#tail.get(id);
    if (recent) return this.#tailFact(recent);
    const row = this.#prepare(
      'SELECT f.fact FROM fact_index i JOIN facts f ON f.seq = i.seq WHERE i.subject = ? AND i.id = ?',
    ).get(subject, id) as { fact: string } | undefined;
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

  *factsAfter(seq: number, untilSeq = Number.MAX_SAFE_INTEGER): Generator<Fact> {
    const rows = this.#prepare('SELECT fact FROM facts WHERE seq > ? AND seq <= ? ORDER BY seq').iterate(seq, untilSeq);
    for (const row of rows) {
      yield JSON.parse((row as { fact: string }).fact) as Fact;
    }
  }

  lastSeq(): number {
    return (this.#prepare('SELECT coalesce(max(seq), 0) AS seq FROM facts').get() as { seq: number }).seq;
  }

  *subjects(prefix: string): Generator<string> {
    const rows = this.#prepare(
      'SELECT DISTINCT subject FROM fact_index WHERE subject >= ? AND subject < ? ORDER BY subject',
    ).iterate(prefix, `${prefix}\u{10ffff}`);
    for (const row of rows) yield (row as { subject: string }).subject;
    yield* this.#tail.subjects(prefix);
  }

  *inputSubjects(): Generator<string> {
    for (const row of this.#prepare(`SELECT subjects FROM facts WHERE ${IS_INPUT}`).iterate())
      yield* JSON.parse((row as { subjects: string }).subjects) as string[];
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

  saveStates(table: EstateTable, states: Iterable<readonly [key: string, state: Uint8Array]>): void {
    this.#states.save(table, states);
  }

  loadStates(table: EstateTable, pieces?: StatePieces): Iterable<[key: string, state: Uint8Array]> {
    return this.#states.load(table, pieces);
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

  loadSloEvents(): Iterable<SloEvent> {
    return this.#prepare(
      'SELECT sli, episode_id AS episodeId, tenant, outcome, decided_ms AS decidedMs FROM slo_events ORDER BY decided_ms',
    ).iterate() as Iterable<unknown> as Iterable<SloEvent>;
  }

  meta(key: string): string | null {
    const row = this.#prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined;
    return row?.value ?? null;
  }

  saveMeta(key: string, value: string): void {
    this.#prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(key, value);
  }

  #loadTail(): void {
    const rows = this.#prepare('SELECT seq, id, subjects FROM facts WHERE seq > ? ORDER BY seq').all(
      Number(this.meta(INDEXED_SEQ) ?? 0),
    ) as { seq: number; id: string; subjects: string }[];
    for (const { seq, id, subjects } of rows)
      this.#tail.add({ seq, id, subjects: JSON.parse(subjects) as string[], fact: null });
    this.#tail.committed();
  }

  #tailFact({ seq, fact }: TailFact): Fact {
    if (fact) return fact;
    const row = this.#prepare('SELECT fact FROM facts WHERE seq = ?').get(seq) as { fact: string };
    return JSON.parse(row.fact) as Fact;
  }

  /** In the order of the index, so that what lies on one page is written together. */
  #indexTail(): void {
    const entries = this.#tail
      .all()
      .flatMap(({ seq, id, subjects }) => subjects.map((subject) => ({ subject, id, seq })));
    entries.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
    const insert = this.#prepare('INSERT OR IGNORE INTO fact_index (subject, id, seq) VALUES (?, ?, ?)');
    for (const { subject, id, seq } of entries) insert.run(subject, id, seq);
    this.saveMeta(INDEXED_SEQ, String(this.lastSeq()));
  }

  #indexed(subject: string, id: string): { seq: number } | undefined {
    return this.#prepare('SELECT seq FROM fact_index WHERE subject = ? AND id = ?').get(subject, id) as
      | { seq: number }
      | undefined;
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

import type { Fact } from './fact.ts';

/** A read model's row: its key and its JSON. */
export interface StoredState {
  key: string;
  state: string;
}

/** A good or bad event of an SLI as it was announced to alerting. */
export interface SloEvent {
  sli: string;
  episodeId: string;
  tenant: string;
  outcome: 'good' | 'bad';
  /** When we learned it (epoch ms). */
  decidedMs: number;
}

/** Read models that are kept beside the ledger; `notifications` is what people were told, which is derived from nothing. */
export type StateTable = 'sources' | 'volumes' | 'records' | 'notifications';
/** Read models that change with almost every fact, and are stored many at a time; `words` is what packed ones name by number. */
export type EstateTable = 'findings' | 'assets' | 'words';

/**
 * Where the store notes, for each key of a table, which piece of what it keeps has the latest state: a map, or a column of who keeps
 * the states.
 */
export interface StatePieces {
  /** Of what is known, and may be asked for. */
  readonly size: number;
  get(key: string): number | undefined;
  set(key: string, piece: number): void;
  clear(): void;
}

/**
 * The ledger and what is derived from it. All writes happen inside `transaction`; what it returned is durable. Errors of
 * the store (full, unreachable) are thrown after the roll-back.
 */
export interface LedgerStore {
  transaction<T>(work: () => T): T;
  /**
   * `known`: the ledger has it, with an earlier receipt or the same. The first subject is the same for all facts of one id. `isFirst`: before
   * this transaction the ledger had no fact about that subject, so that it is not searched.
   */
  appendFact(fact: Fact, subjects: readonly string[], isFirst?: boolean): 'new' | 'earlier_receipt' | 'known';
  /** Facts about a subject, received by `recvUntilMs` (all when absent), in no promised order. */
  factsOf(subject: string, recvUntilMs?: number): Fact[];
  /** The fact of an id; `subject` is one of its subjects. */
  fact(subject: string, id: string): Fact | null;
  /** Changes before (event time, seq), latest event first. */
  latestChanges(beforeMs: number, beforeSeq: number, limit: number): { seq: number; fact: Fact }[];
  /** The whole ledger in order of arrival. */
  ledger(recvUntilMs?: number): Iterable<Fact>;
  /** What was appended after a position, and not after `untilSeq`, in order. */
  factsAfter(seq: number, untilSeq?: number): Iterable<Fact>;
  /** The position of the last fact; 0 when there is none. */
  lastSeq(): number;
  /** Every subject that begins with `prefix` and has facts. */
  subjects(prefix: string): Iterable<string>;
  /** The findings that people's inputs are about. */
  inputSubjects(): Iterable<string>;
  factCount(): number;
  save(table: StateTable, key: string, state: string): void;
  load(table: StateTable): Iterable<StoredState>;
  /** The states' bytes are read before it returns. */
  saveStates(table: EstateTable, states: Iterable<readonly [key: string, state: Uint8Array]>): void;
  /**
   * The latest state of each key, in no promised order. `pieces`, empty before, is the store's from now on; a key's is set when the next
   * state is asked for.
   */
  loadStates(table: EstateTable, pieces?: StatePieces): Iterable<[key: string, state: Uint8Array]>;
  saveScope(key: string, firstMs: number): void;
  loadScopes(): Map<string, number>;
  /** Kafka: where to resume, committed with the effects of what came before. */
  saveOffset(topic: string, partition: number, next: string): void;
  offset(topic: string, partition: number): string | null;
  /** False: that episode's outcome was announced before; what was announced is never changed. */
  appendSloEvent(event: SloEvent): boolean;
  /** In order of decision. */
  loadSloEvents(): Iterable<SloEvent>;
  meta(key: string): string | null;
  saveMeta(key: string, value: string): void;
  close(): void;
}

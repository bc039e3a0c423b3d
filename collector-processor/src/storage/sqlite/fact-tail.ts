import type { Fact } from '@cnapp-slo/model';

/** A fact of the ledger that the index on disk lacks. */
export interface TailFact {
  seq: number;
  id: string;
  subjects: readonly string[];
  /** Kept until its transaction is committed, as it is read once more in that; then only the ledger holds it. */
  fact: Fact | null;
}

/** The end of the ledger, indexed in memory: what one transaction added leaves it again when that is rolled back. */
export class FactTail {
  #byId = new Map<string, TailFact>();
  #bySubject = new Map<string, TailFact[]>();
  /** Of the transaction under way. */
  readonly #added: TailFact[] = [];

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): TailFact | undefined {
    return this.#byId.get(id);
  }

  all(): TailFact[] {
    return [...this.#byId.values()];
  }

  add(entry: TailFact): void {
    this.#byId.set(entry.id, entry);
    for (const subject of entry.subjects) {
      const entries = this.#bySubject.get(subject);
      if (entries) entries.push(entry);
      else this.#bySubject.set(subject, [entry]);
    }
    this.#added.push(entry);
  }

  about(subject: string): readonly TailFact[] {
    return this.#bySubject.get(subject) ?? [];
  }

  *subjects(prefix: string): Generator<string> {
    for (const subject of this.#bySubject.keys()) if (subject.startsWith(prefix)) yield subject;
  }

  committed(): void {
    for (const entry of this.#added) entry.fact = null;
    this.#added.length = 0;
  }

  rolledBack(): void {
    for (const entry of this.#added) this.#remove(entry);
    this.#added.length = 0;
  }

  /** The index on disk has it all. */
  clear(): void {
    this.#byId = new Map();
    this.#bySubject = new Map();
    this.#added.length = 0;
  }

  #remove(entry: TailFact): void {
    this.#byId.delete(entry.id);
    for (const subject of entry.subjects) {
      const others = this.about(subject).filter((other) => other !== entry);
      if (others.length > 0) this.#bySubject.set(subject, others);
      else this.#bySubject.delete(subject);
    }
  }
}

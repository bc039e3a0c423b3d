import type { Fact } from '@cnapp-slo/model';

/** A fact of the ledger that the index on disk lacks. */
export interface TailFact {
  seq: number;
  fact: Fact;
  subjects: readonly string[];
}

/** The end of the ledger, indexed in memory: what one transaction added leaves it again when that is rolled back. */
export class FactTail {
  #byId = new Map<string, TailFact>();
  #bySubject = new Map<string, TailFact[]>();
  /** Of the transaction under way: ids that were added, and what was replaced. */
  readonly #added: string[] = [];
  readonly #replaced: TailFact[] = [];

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
    this.#byId.set(entry.fact.id, entry);
    for (const subject of entry.subjects) {
      const entries = this.#bySubject.get(subject);
      if (entries) entries.push(entry);
      else this.#bySubject.set(subject, [entry]);
    }
    this.#added.push(entry.fact.id);
  }

  /** An earlier receipt of a fact that is in it. */
  replace(known: TailFact, fact: Fact): void {
    this.#replaced.push({ ...known });
    known.fact = fact;
  }

  factsOf(subject: string, recvUntilMs: number): Fact[] {
    const facts = (this.#bySubject.get(subject) ?? []).map(({ fact }) => fact);
    return facts.filter(({ recvMs }) => recvMs <= recvUntilMs);
  }

  *subjects(prefix: string): Generator<string> {
    for (const subject of this.#bySubject.keys()) if (subject.startsWith(prefix)) yield subject;
  }

  committed(): void {
    this.#added.length = 0;
    this.#replaced.length = 0;
  }

  rolledBack(): void {
    for (const { fact } of this.#replaced.toReversed()) {
      const entry = this.#byId.get(fact.id);
      if (entry) entry.fact = fact;
    }
    for (const id of this.#added) this.#remove(id);
    this.committed();
  }

  /** The index on disk has it all. */
  clear(): void {
    this.#byId = new Map();
    this.#bySubject = new Map();
    this.committed();
  }

  #remove(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#byId.delete(id);
    for (const subject of entry.subjects) {
      const others = (this.#bySubject.get(subject) ?? []).filter((other) => other !== entry);
      if (others.length > 0) this.#bySubject.set(subject, others);
      else this.#bySubject.delete(subject);
    }
  }
}

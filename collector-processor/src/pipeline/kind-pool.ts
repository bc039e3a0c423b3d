import type { DetectorClass } from '@cnapp-slo/model';

/** What findings of one rule have in common. */
export interface Kind {
  tenant: string;
  detector: string;
  detectorClass: DetectorClass;
  rule: string;
}

/** Kinds by number; each is kept once. */
export class KindPool {
  readonly #kinds: Kind[] = [];
  readonly #ofRule = new Map<string, number[]>();

  get(number: number): Kind {
    return this.#kinds[number] as Kind;
  }

  numberOf({ tenant, detector, detectorClass, rule }: Kind): number {
    const numbers = this.#ofRule.get(rule) ?? [];
    for (const number of numbers) {
      const kind = this.get(number);
      if (kind.detectorClass === detectorClass && kind.tenant === tenant && kind.detector === detector) return number;
    }
    if (numbers.length === 0) this.#ofRule.set(rule, numbers);
    numbers.push(this.#kinds.length);
    return this.#kinds.push({ tenant, detector, detectorClass, rule }) - 1;
  }
}

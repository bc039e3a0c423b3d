/** Bytes that requests in progress may hold together. What does not fit is refused at once, never queued. */
export class ByteBudget {
  readonly #limit: number;
  readonly #onChange: (bytes: number) => void;
  #held = 0;

  constructor(limit: number, onChange: (bytes: number) => void) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  /** A share of nothing yet; `grow` it, and `release` it when the request is answered. */
  share(): BudgetShare {
    return new BudgetShare((bytes) => this.#move(bytes));
  }

  #move(bytes: number): boolean {
    if (bytes > 0 && this.#held + bytes > this.#limit) return false;
    this.#held += bytes;
    this.#onChange(this.#held);
    return true;
  }
}

export class BudgetShare {
  readonly #move: (bytes: number) => boolean;
  #bytes = 0;

  constructor(move: (bytes: number) => boolean) {
    this.#move = move;
  }

  /** False when the budget has no room; the share then stays as it is. */
  grow(bytes: number): boolean {
    if (!this.#move(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  release(): void {
    if (this.#bytes > 0) this.#move(-this.#bytes);
    this.#bytes = 0;
  }
}

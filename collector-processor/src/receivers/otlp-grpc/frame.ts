/** What a piece of the body told: keep going, the message is whole, or why it never will be. */
export type Progress = 'partial' | 'whole' | 'bad_flag' | 'too_large' | 'no_room' | 'trailing';

const prefixBytes = 5;

/**
 * The one message of a unary call: a flag (1 = compressed), four bytes of length, the message.
 * Source: grpc/grpc:doc/PROTOCOL-HTTP2.md. Room for the announced length is found before a byte of it is kept.
 */
export class UnaryFrame {
  readonly #maxBytes: number;
  readonly #allocate: (bytes: number) => Buffer | null;
  readonly #prefix = Buffer.alloc(prefixBytes);
  #prefixed = 0;
  #filled = 0;
  compressed = false;
  message: Buffer | undefined;

  /** `allocate` gives room for a message, or null when there is none. */
  constructor(maxBytes: number, allocate: (bytes: number) => Buffer | null) {
    this.#maxBytes = maxBytes;
    this.#allocate = allocate;
  }

  get isWhole(): boolean {
    return this.message !== undefined && this.#filled === this.message.length;
  }

  add(chunk: Buffer): Progress {
    let at = 0;
    if (this.message === undefined) {
      at = Math.min(prefixBytes - this.#prefixed, chunk.length);
      chunk.copy(this.#prefix, this.#prefixed, 0, at);
      this.#prefixed += at;
      if (this.#prefixed < prefixBytes) return 'partial';
      const length = this.#prefix.readUInt32BE(1);
      const flag = this.#prefix[0] ?? 0;
      if (flag > 1) return 'bad_flag';
      if (length > this.#maxBytes) return 'too_large';
      const message = this.#allocate(length);
      if (message === null) return 'no_room';
      this.compressed = flag === 1;
      this.message = message;
    }
    if (chunk.length - at > this.message.length - this.#filled) return 'trailing';
    this.#filled += chunk.copy(this.message, this.#filled, at);
    return this.isWhole ? 'whole' : 'partial';
  }
}

/** What a piece of the body told: keep going, the message is whole, or why it never will be. */
export type Progress = 'partial' | 'whole' | 'bad_flag' | 'too_large' | 'no_room' | 'trailing';

const prefixBytes = 5;

/**
 * The one message of a unary call: a flag (1 = compressed), four bytes of length, the message.
 * Source: grpc/grpc:doc/PROTOCOL-HTTP2.md. The announced length is reserved before a byte of it is kept.
 */
export class UnaryFrame {
  readonly #maxBytes: number;
  readonly #reserve: (bytes: number) => boolean;
  readonly #prefix = Buffer.alloc(prefixBytes);
  #prefixed = 0;
  #filled = 0;
  compressed = false;
  message: Buffer | undefined;

  constructor(maxBytes: number, reserve: (bytes: number) => boolean) {
    this.#maxBytes = maxBytes;
    this.#reserve = reserve;
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
      if (!this.#reserve(length)) return 'no_room';
      this.compressed = flag === 1;
      this.message = Buffer.allocUnsafe(length);
    }
    if (chunk.length - at > this.message.length - this.#filled) return 'trailing';
    this.#filled += chunk.copy(this.message, this.#filled, at);
    return this.isWhole ? 'whole' : 'partial';
  }
}

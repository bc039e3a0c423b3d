/** One request to where the sampled stream goes. */
export interface Shipment {
  signal: 'logs' | 'traces';
  encoding: 'otlp_proto' | 'otlp_json';
  body: Buffer;
}

/** retry: the same may go through later. rejected: it never will; `code` says why. */
export type Shipped =
  | { status: 'delivered' }
  | { status: 'retry'; code: string; afterMs?: number }
  | { status: 'rejected'; code: string };

export interface Downstream {
  /** Never rejects. */
  ship(shipment: Shipment): Promise<Shipped>;
  close(): Promise<void>;
}

/** How a shipment lies in the queue: signal, encoding, body. */
export function pack({ signal, encoding, body }: Shipment): Buffer {
  return Buffer.concat([Buffer.from([signal === 'logs' ? 0 : 1, encoding === 'otlp_proto' ? 0 : 1]), body]);
}

export function unpack(message: Buffer): Shipment {
  return {
    signal: message[0] === 0 ? 'logs' : 'traces',
    encoding: message[1] === 0 ? 'otlp_proto' : 'otlp_json',
    body: message.subarray(2),
  };
}

import type { Json, TappedKind } from '@cnapp-slo/model';
import { eventClassOf } from '@cnapp-slo/model';
import { type Batch, tenantOf } from './batch.ts';
import type { RecordView } from './otlp/index.ts';

const NO_ATTRIBUTES: Readonly<Record<string, Json>> = {};

/** Spans say so by a `traceState`. */
function plainKind(signal: string, resource: Readonly<Record<string, Json>>): TappedKind {
  const format = `otlp-${signal}`;
  const kind = {
    tenant: tenantOf(resource, NO_ATTRIBUTES),
    format,
    eventClass: eventClassOf(format, []),
    assetId: null,
  };
  return signal === 'traces' ? { ...kind, traceState: '' } : kind;
}

/** Counts runs of plain records by their resource, which readers hand out as the same object. */
export class PlainCounter {
  readonly #batch: Batch;
  readonly #signal: string;
  #resource: Readonly<Record<string, Json>> | null = null;
  #count = 0;
  #bytes = 0;
  /** Of the records of the running resource. */
  kind: TappedKind;

  constructor(batch: Batch, signal: string) {
    this.#batch = batch;
    this.#signal = signal;
    this.kind = plainKind(signal, NO_ATTRIBUTES);
  }

  count({ resource, byteLength }: RecordView): void {
    if (resource !== this.#resource) {
      this.flush();
      this.#resource = resource;
      this.kind = plainKind(this.#signal, resource);
    }
    this.#count += 1;
    this.#bytes += byteLength;
  }

  flush(): void {
    if (this.#resource && this.#count > 0) this.#batch.passMany(this.#resource, this.#signal, this.#count, this.#bytes);
    this.#count = 0;
    this.#bytes = 0;
  }
}

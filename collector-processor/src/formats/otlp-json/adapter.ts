import type { FormatAdapter } from '@cnapp-slo/model';
import { accept, reject } from '../observe.ts';
import { isObject, str } from '../read.ts';

/** What is left of an OTLP/JSON file when no other format claims a record: ordinary telemetry, recognised and without observations. */
export const otlpJson: FormatAdapter = {
  id: 'otlp-json',
  stability: 'beta',
  matches: (_doc, envelope) => 'otlp.signal' in envelope.attributes,
  decode(doc) {
    const wrong = isObject(doc) ? str(doc, 'otlp.invalid') : undefined;
    return wrong === undefined ? accept() : reject('otlp-json.id', wrong);
  },
};

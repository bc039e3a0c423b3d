/** A hundred thousand questions to a codec, always the same, and our own answers; see README.md. */
import { proportional } from '../compose.ts';
import {
  adjustedCount,
  type DecodedDigits,
  decodeRandomness,
  decodeThreshold,
  encodeThreshold,
  isKept,
  probabilityOf,
  randomnessOfTrace,
  thresholdOf,
} from '../threshold.ts';
import {
  type OtelState,
  parseOtelState,
  parseTraceState,
  serializeOtelState,
  serializeTraceState,
  withThreshold,
} from '../tracestate.ts';
import { seeded } from '../seeded.ts';

export const QUESTIONS = 100_000;

/** Line by line: an operation and its arguments, tabs between; text as JSON, floating-point numbers as their 64 bits. */
export function* questions(count: number = QUESTIONS): Generator<string> {
  const random = seeded(56);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(...values: readonly T[]): T => values[below(values.length)] as T;
  const digits = (length: number, of = '0123456789abcdef'): string =>
    Array.from({ length }, () => of[below(of.length)]).join('');
  const hex = (): string =>
    pick(
      () => digits(1 + below(14)),
      () => digits(below(18)),
      () => '0'.repeat(below(8)) + digits(1 + below(8)),
      () => 'f'.repeat(below(13)) + digits(1 + below(2)),
      () => digits(1 + below(6)) + '0'.repeat(below(9)),
      () => digits(below(16), '0123456789abcdefABCDEFgG+-_x. '),
      () => digits(14),
    )();
  const threshold = (): string => digits(1 + below(14), pick('0123456789abcdef', '0f', '00008'));
  const probability = (): number =>
    pick(
      () => random(),
      () => 1 / (1 + below(1000)),
      () => 2 ** -(random() * 60),
      () => 1 - 2 ** -(random() * 54),
      () => 2 ** -below(60),
      () => 1 - 2 ** -below(54),
      () => below(1001) / 1000,
      () => pick(0, 1, 1.5, -0.25, 2 ** -56, 2 ** -57, 0.1, 0.05, 0.02, 0.5, Number.NaN, Number.POSITIVE_INFINITY),
    )();
  const member = (): string =>
    pick(
      () => `th:${hex()}`,
      () => `rv:${hex()}`,
      () => `rv:${digits(14)}`,
      () => `${digits(1 + below(3), 'abcxyz19')}:${digits(below(5), 'abAB09._-')}`,
      () => digits(below(6), 'ab:;=,@ é'),
    )();
  const otel = (): string =>
    below(20) === 0
      ? `x:${'_'.repeat(245 + below(20))}`
      : Array.from({ length: 1 + below(4) }, member).join(';') + pick('', '', '', '', ';');
  const vendor = (): string =>
    pick(
      () => `ot=${otel()}`,
      () => `ot=th:${threshold()}`,
      () => `${digits(1 + below(4), 'abc12_-*/@')}=${digits(1 + below(6), 'xyz 09!~=')}`,
      () => `${digits(1 + below(4), 'abcz')}=${digits(1 + below(6), 'xyz09')}`,
      () => '',
      () => `${digits(pick(1, 240, 241, 242, 256, 257), 'x')}${pick('', `@${digits(pick(1, 14, 15), 'y')}`)}=v`,
      () => `v=${digits(pick(1, 255, 256, 257), 'z')}`,
    )();
  const blank = (): string => pick('', '', '', ' ', '\t', ' \t');
  const w3c = (): string =>
    below(15) === 0
      ? Array.from({ length: 28 + below(8) }, (_, i) => pick(`k${i}=v`, 'ot=th:8', '')).join(',')
      : Array.from({ length: 1 + below(5) }, () => blank() + vendor() + blank()).join(',') + pick('', '', ',');

  for (let index = 0; index < count; index += 1) {
    yield pick(
      () => `th\t${JSON.stringify(hex())}`,
      () => `rv\t${JSON.stringify(hex())}`,
      () => `p\t${bits(probability())}\t${below(15)}`,
      () => `proportional\t${threshold()}\t${bits(probability())}`,
      () => `keep\t${threshold()}\t${digits(32, pick('0123456789abcdef', '08f'))}`,
      () => `ot\t${JSON.stringify(otel())}`,
      () => `update\t${JSON.stringify(otel())}\t${threshold()}`,
      () => `w3c\t${JSON.stringify(w3c())}`,
    )();
  }
}

/** What this codec says. */
export function answer(question: string): string {
  const [operation, first = '', second = ''] = question.split('\t');
  switch (operation) {
    case 'th':
      return decoded(
        decodeThreshold(JSON.parse(first)),
        (value) =>
          `${value} ${encodeThreshold(value)} ${bits(probabilityOf(value))} ${bits(adjustedCount(value))}`,
      );
    case 'rv':
      return decoded(decodeRandomness(JSON.parse(first)), (value) => value);
    case 'p':
      return written(thresholdOf(floatOf(first), Number(second)));
    case 'proportional':
      return written(proportional(thresholdIn(first), floatOf(second)));
    case 'keep':
      return String(isKept(randomnessOfTrace(second), thresholdIn(first)));
    case 'ot': {
      const { state, errors } = parseOtelState(JSON.parse(first));
      return `${described(state, errors)}\t${serializeOtelState(state)}`;
    }
    case 'update': {
      const updated = withThreshold(parseOtelState(JSON.parse(first)).state, thresholdIn(second));
      return updated ? serializeOtelState(updated) : 'inconsistent';
    }
    case 'w3c': {
      const { state, errors } = parseTraceState(JSON.parse(first));
      return `${described(state.ot, errors)}\t${serializeTraceState(state)}`;
    }
    default:
      throw new Error(`no such question: ${operation}`);
  }
}

function decoded(result: DecodedDigits, show: (value: string) => string): string {
  return result.ok ? show(result.value) : `error ${result.code}`;
}

function written(threshold: string | null): string {
  return threshold === null ? 'error range' : `${threshold} ${encodeThreshold(threshold)}`;
}

function described({ rv, th }: OtelState, errors: readonly string[]): string {
  const codes = errors.length === 0 ? 'ok' : `error ${errors.join(',')}`;
  return `${codes} ${rv?.value ?? '-'} ${th?.value ?? '-'}`;
}

function thresholdIn(text: string): string {
  const result = decodeThreshold(text);
  if (!result.ok) throw new Error(`no threshold: ${text}`);
  return result.value;
}

function bits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function floatOf(text: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${text}`));
  return view.getFloat64(0);
}

/** YAML and JSON documents whose values know where they stand in their file. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { parseDuration } from './duration.ts';
import type { Problem } from './problem.ts';
import { parseDecimal, type Rational } from './rational.ts';

/** One parsed file: where its problems are collected. */
interface Origin {
  file: string;
  lines: LineCounter;
  document: Document.Parsed;
  problems: Problem[];
}

/** A place in a document, present or not. Readers report what is missing or wrong and answer null. */
export class Place {
  readonly path: string;
  readonly #origin: Origin;
  readonly #node: Node | null;
  /** Where to point when the value itself is absent: its parent. */
  readonly #offset: number;

  constructor(origin: Origin, node: unknown, path: string, parentOffset: number) {
    this.#origin = origin;
    const target = isAlias(node) ? node.resolve(origin.document) : node;
    this.#node = isMap(target) || isSeq(target) || (isScalar(target) && target.value !== null) ? target : null;
    this.path = path;
    this.#offset = this.#node?.range?.[0] ?? parentOffset;
  }

  get exists(): boolean {
    return this.#node !== null;
  }

  /** File, line and column, from 1. */
  get origin(): { file: string; line: number; column: number } {
    const { line, col } = this.#origin.lines.linePos(this.#offset);
    return { file: this.#origin.file, line, column: col };
  }

  /** Runs a check; false when it reported an error in this file. */
  withoutErrors(check: () => void): boolean {
    const { problems } = this.#origin;
    const before = problems.length;
    check();
    return !problems.slice(before).some(({ severity }) => severity === 'error');
  }

  get(key: string): Place {
    const value = isMap(this.#node) ? this.#node.get(key, true) : undefined;
    return new Place(this.#origin, value, this.path === '' ? key : `${this.path}.${key}`, this.#offset);
  }

  keys(): string[] {
    return isMap(this.#node) ? this.#node.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  }

  /** Elements of a sequence; an absent one has none. */
  items(): Place[] {
    if (!this.exists) return [];
    if (!isSeq(this.#node)) {
      this.error('input.type', 'a list is expected', 'Write its elements with a leading dash');
      return [];
    }
    return this.#node.items.map((item, i) => new Place(this.#origin, item, `${this.path}[${i}]`, this.#offset));
  }

  /** The scalar as it is written, without quotes: `0.999` stays exact. Null when absent. */
  text(): string | null {
    if (!this.exists) return null;
    if (!isScalar(this.#node)) {
      this.error('input.type', 'a single value is expected', 'Replace the list or map by one value');
      return null;
    }
    return typeof this.#node.value === 'string' ? this.#node.value : (this.#node.source ?? String(this.#node.value));
  }

  requiredText(): string | null {
    const text = this.text();
    if (text !== null && text.trim() !== '') return text;
    if (!this.exists || text !== null) this.error('input.required', 'a value is required', `Set ${this.path}`);
    return null;
  }

  decimal(): Rational | null {
    const text = this.text();
    if (text === null) return null;
    const value = parseDecimal(text);
    if (value === null) this.error('input.number', `"${text}" is not a number`, 'Write a decimal such as 0.999');
    return value;
  }

  boolean(): boolean | null {
    const text = this.text();
    if (text === null) return null;
    if (text === 'true' || text === 'false') return text === 'true';
    this.error('input.boolean', `"${text}" is neither true nor false`, 'Write true or false');
    return null;
  }

  /** Milliseconds. */
  duration(): number | null {
    const text = this.text();
    if (text === null) return null;
    const value = parseDuration(text);
    if (value === null) this.error('input.duration', `"${text}" is not a duration`, 'Write for example 5m, 1h or 28d');
    return value;
  }

  oneOf<const T extends string>(allowed: readonly T[]): T | null {
    const text = this.text();
    if (text === null) return null;
    const match = allowed.find((candidate) => candidate === text);
    if (match === undefined) {
      this.error('input.choice', `"${text}" is not one of ${allowed.join(', ')}`, 'Choose one of them');
    }
    return match ?? null;
  }

  /** A map of scalars; a list as a value (OpenSLO labels) is joined by commas. */
  textMap(): Record<string, string> {
    const entries = this.keys().map((key): [string, string] => {
      const value = this.get(key);
      return [
        key,
        isSeq(value.#node)
          ? value
              .items()
              .map((item) => item.text())
              .join(',')
          : (value.text() ?? ''),
      ];
    });
    return Object.fromEntries(entries);
  }

  /** Reports keys that nobody reads: most are typos. */
  allowKeys(allowed: readonly string[]): void {
    for (const key of this.keys()) {
      if (!allowed.includes(key)) {
        this.get(key).error('input.unknown_field', `unknown field "${key}"`, `Known here: ${allowed.join(', ')}`);
      }
    }
  }

  error(code: string, message: string, remedy: string): void {
    this.#report('error', code, message, remedy);
  }

  warn(code: string, message: string, remedy: string): void {
    this.#report('warning', code, message, remedy);
  }

  #report(severity: Problem['severity'], code: string, message: string, remedy: string): void {
    this.#origin.problems.push({ severity, code, ...this.origin, path: this.path, message, remedy });
  }
}

/** Every non-empty document of a file; a document that is a list counts as its elements. Syntax errors go to `problems`. */
export function readDocuments(file: string, text: string, problems: Problem[]): Place[] {
  const lines = new LineCounter();
  const places: Place[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, merge: true })) {
    if (!('errors' in document)) continue;
    for (const error of document.errors) {
      const { line, col: column } = lines.linePos(error.pos[0]);
      const message = error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? error.code;
      const remedy = 'Correct the YAML here';
      problems.push({ severity: 'error', code: 'input.syntax', file, line, column, path: '', message, remedy });
    }
    if (document.errors.length > 0) continue;
    const place = new Place({ file, lines, document, problems }, document.contents, '', 0);
    if (isSeq(document.contents)) places.push(...place.items());
    else if (place.exists) places.push(place);
  }
  return places;
}

import type { Json, JsonObject } from '@cnapp-slo/model';

/** The rows of an RFC 4180 CSV text as objects keyed by its header. */
export function parseCsv(text: string): JsonObject[] {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) return [];
  return rows.filter((row) => row.length > 1 || row[0] !== '').map((row) => fromPairs(header, row));
}

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** Cells are cut out of the text whole: built up letter by letter they would cost ten times as much. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end: number;
    if (text.charCodeAt(at) === QUOTE) {
      const closing = closingQuote(text, at + 1);
      row.push(text.slice(at + 1, closing).replaceAll('""', '"'));
      end = endOfCell(text, closing + 1);
    } else {
      end = endOfCell(text, at);
      const isLast = end > at && text.charCodeAt(end) !== COMMA && text.charCodeAt(end - 1) === 0x0d;
      row.push(text.slice(at, isLast ? end - 1 : end));
    }
    at = end + 1;
    if (text.charCodeAt(end) === COMMA) {
      if (at === text.length) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return text.length;
}

function endOfCell(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) !== COMMA && text.charCodeAt(end) !== NEWLINE) end += 1;
  return end;
}

/** The rows of a Zeek TSV log as objects, with `_path` as in Zeek's JSON. Source: docs.zeek.org, "Zeek TSV format logs". */
export function parseZeekTsv(text: string): JsonObject[] {
  let separator = '\t';
  let path = '';
  let unset = '-';
  let empty = '(empty)';
  let setSeparator = ',';
  let fields: string[] = [];
  let types: string[] = [];
  const rows: JsonObject[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    if (line.startsWith('#')) {
      const [name = '', ...values] = line.slice(1).split(/[\t ]/);
      const value = values.join(' ');
      if (name === 'separator')
        separator = value.startsWith('\\x') ? String.fromCharCode(Number.parseInt(value.slice(2), 16)) : value;
      else if (name === 'path') path = value;
      else if (name === 'unset_field') unset = value;
      else if (name === 'empty_field') empty = value;
      else if (name === 'set_separator') setSeparator = value;
      else if (name === 'fields') fields = line.split(separator).slice(1);
      else if (name === 'types') types = line.split(separator).slice(1);
      continue;
    }
    const row: JsonObject = { _path: path };
    line.split(separator).forEach((cell, i) => {
      const field = fields[i];
      if (field !== undefined && cell !== unset)
        row[field] = zeekValue(cell, types[i] ?? 'string', empty, setSeparator);
    });
    rows.push(row);
  }
  return rows;
}

function zeekValue(cell: string, type: string, empty: string, setSeparator: string): Json {
  if (/^(set|vector)\[/.test(type)) return cell === empty ? [] : cell.split(setSeparator);
  if (/^(time|interval|count|int|port|double)$/.test(type)) return Number(cell);
  return type === 'bool' ? cell === 'T' : cell;
}

/** Whether a first line reads as a CSV header: three or more plain words. */
export function looksLikeCsvHeader(line: string): boolean {
  return /^"?[A-Za-z][\w .:-]*"?(?:,"?[A-Za-z][\w .:-]*"?){2,}\r?$/.test(line);
}

function fromPairs(keys: readonly string[], values: readonly string[]): JsonObject {
  const result: JsonObject = {};
  keys.forEach((key, i) => {
    const value = values[i];
    if (value !== undefined) result[key] = value;
  });
  return result;
}

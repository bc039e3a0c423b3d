import type { Json, JsonObject } from '@cnapp-slo/model';

/** The rows of an RFC 4180 CSV text as objects keyed by its header. */
export function parseCsv(text: string): JsonObject[] {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) return [];
  return rows.filter((row) => row.length > 1 || row[0] !== '').map((row) => fromPairs(header, row));
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      row.push(cell.replace(/\r$/, ''));
      rows.push(row);
      row = [];
      cell = '';
    } else cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
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

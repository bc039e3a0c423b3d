import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One line of a table: what a document says, where it was derived from the tool's documentation also its asset's kind and why. */
export interface Expected {
  file: string;
  /** One of the forms of `rowFormsOf`. */
  row: string;
}

export interface Documented {
  format: string;
  rows: (Expected & { why: string })[];
  /** `[1]` … of the lines that name a source with its URL. */
  sources: ReadonlySet<string>;
}

const formats = join(import.meta.dirname, '..');

/** The rows of `rows.txt`. */
export function reviewed(): Expected[] {
  return linesOf(join(import.meta.dirname, 'rows.txt'))
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [file = '', ...row] = line.split(' | ');
      return { file, row: row.join(' | ') };
    });
}

/**
 * The rows that were derived from the tools' own documentation before anybody looked at what the readers say: `documented.txt` in a format's folder.
 * `[1] title, URL` names a source; a row is that of `rows.txt` with more columns: the kind of the asset, `advisory` and its time where there is one,
 * and why, with the sources' numbers.
 */
export function documented(): Documented[] {
  return globSync('*/documented.txt', { cwd: formats }).map((path) => {
    const lines = linesOf(join(formats, path));
    const rows = lines
      .filter((line) => line.includes(' | '))
      .map((line) => {
        const columns = line.split(' | ');
        const why = columns.pop() ?? '';
        return { file: columns[0] ?? '', row: columns.slice(1).join(' | '), why };
      });
    const sources = new Set(lines.flatMap((line) => /^(\[\d+\]) .+ https:\/\/\S+$/.exec(line)?.[1] ?? []));
    return { format: dirname(path), rows, sources };
  });
}

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').trim().split('\n');
}

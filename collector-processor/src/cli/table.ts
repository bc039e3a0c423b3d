/** Columns of text, as wide as their content; names in `numbers` to the right. Control characters from telemetry cannot reach the terminal. */
export function textTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly string[] = [],
): string {
  const cells = [heads, ...rows].map((row) => row.map(plain));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return numbers.includes(heads[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Text without control characters and invisible direction marks. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '').replaceAll('\u202f', ' ');
}

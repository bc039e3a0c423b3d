import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from './command.ts';

/** Every file under the paths, in the order of their names; hidden ones and what is no plain file are left out. */
export function* filesUnder(paths: readonly string[]): Generator<string> {
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UsageError(`${path}: no such file or folder`);
    if (stat.isFile()) yield path;
    if (!stat.isDirectory()) continue;
    const names = readdirSync(path).filter((name) => !name.startsWith('.'));
    yield* filesUnder(
      names
        .sort()
        .map((name) => join(path, name))
        .filter(isFileOrFolder),
    );
  }
}

function isFileOrFolder(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFile() || stat.isDirectory());
}

const pieceBytes = 8 * 1024 * 1024;

/** A file's content. Files of lines come in pieces that end with a line, so that their size does not matter; others are one document. */
export async function* piecesOf(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!/\.(ndjson|jsonl|log)(\.gz)?$/i.test(path)) {
    yield new Uint8Array(readFileSync(path));
    return;
  }
  const file = createReadStream(path);
  const content = /\.gz$/i.test(path) ? pipeline(file, createGunzip(), () => {}) : file;
  let rest = Buffer.alloc(0);
  for await (const chunk of content) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    const end = rest.lastIndexOf('\n') + 1;
    if (rest.length < pieceBytes || end === 0) continue;
    yield new Uint8Array(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  if (rest.length > 0) yield new Uint8Array(rest);
}

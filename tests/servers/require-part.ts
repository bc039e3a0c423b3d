import { locate, type PartName } from '../../scripts/tools/parts.ts';

/**
 * A real server, tool or data set that a test needs: `test('…', { skip: kafka.skip }, …)`.
 * Where it is not there, `skip` is the reason to print and `path` is empty; with CNAPP_REQUIRE_ALL=1 this throws instead,
 * which fails the file.
 */
export function requirePart(name: PartName): { path: string; skip: string | false } {
  const located = locate(name);
  if ('path' in located) return { path: located.path, skip: false };
  if (process.env.CNAPP_REQUIRE_ALL === '1') throw new Error(`required: ${located.missing}`);
  return { path: '', skip: located.missing };
}

// What package-lock.json asks for and what node_modules holds. Plain JavaScript: it runs on Node 20, before Node 24 is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{version?: string, link?: boolean, resolved?: string, optional?: boolean, dependencies?: Record<string, string>,
 *   devDependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>}} LockEntry
 * @typedef {Record<string, LockEntry>} LockPackages Key: path from the repository root, '' is the root package.
 */

/**
 * The installed paths that `roots` (keys of `packages`, such as '' or 'model') need, following dependencies the way Node
 * resolves them. Development dependencies count for the roots only. Unresolvable names are left out: optional
 * packages of other platforms and optional peers are not in every lock file.
 * @param {LockPackages} packages
 * @param {readonly string[]} roots
 * @returns {string[]}
 */
export function neededPaths(packages, roots) {
  const seen = new Set(roots);
  for (const path of seen) {
    const entry = packages[path] ?? {};
    const names = Object.keys({
      ...entry.dependencies,
      ...entry.optionalDependencies,
      ...entry.peerDependencies,
      ...(roots.includes(path) ? entry.devDependencies : {}),
    });
    for (const name of names) {
      const found = resolve(packages, path, name);
      if (found === undefined) continue;
      seen.add(found);
      const target = packages[found]?.link ? packages[found].resolved : undefined;
      if (target !== undefined) seen.add(target);
    }
  }
  return [...seen].filter((path) => path.includes('node_modules/')).sort();
}

/**
 * @param {LockPackages} packages
 * @param {string} from
 * @param {string} name
 */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return undefined;
  }
}

/**
 * Whether node_modules holds exactly the locked versions that `workspaces` (null: all of them) and the root package need.
 * npm writes node_modules/.package-lock.json last, so a half-finished `npm ci` never passes.
 * @param {string} root Repository root.
 * @param {readonly string[] | null} workspaces
 */
export function isInstalled(root, workspaces) {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  /** @type {LockPackages} */
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  /** @type {LockPackages} */
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const roots = workspaces ?? Object.keys(wanted).filter((path) => !path.includes('node_modules/'));
  return neededPaths(wanted, ['', ...roots]).every((path) => {
    const entry = wanted[path] ?? {};
    if (!present[path]) return entry.optional === true; // made for another platform
    return present[path].version === entry.version && existsSync(join(root, path));
  });
}

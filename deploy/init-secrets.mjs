// @ts-check
// node deploy/init-secrets.mjs [FOLDER] — writes the secrets that docker-compose.yml mounts, once: what is there is kept.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'secrets');
// The folder keeps other users of this machine out; the containers' users must be able to read the files that they are given.
mkdirSync(folder, { recursive: true, mode: 0o700 });

/** @param {string} name */
function secret(name) {
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o644 });
  return readFileSync(file, 'utf8').trim();
}

/** @param {string} token */
const hash = (token) => createHash('sha256').update(token).digest('hex');

const lines = [
  `${hash(secret('reader-token'))} reader * read`,
  `${hash(secret('operator-token'))} operator * read,write,approve`,
  `${hash(secret('grafana-token'))} grafana * read,write,forward automation`,
  `${hash(secret('alertmanager-token'))} alertmanager * write automation`,
];
writeFileSync(join(folder, 'processor-tokens'), `${lines.join('\n')}\n`, { mode: 0o644 });
secret('grafana-admin-password');
secret('postgres-password');
console.log(`Secrets are in ${folder}`);

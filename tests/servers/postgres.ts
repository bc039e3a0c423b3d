import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startProcess, temporaryFolder } from './process.ts';
import { requirePart } from './require-part.ts';

export interface PostgresServer {
  /** `postgres://cnapp@127.0.0.1:PORT/postgres`; no password is asked on loopback. */
  url: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** The user `nobody`: PostgreSQL refuses to run as root. */
const nobody = 65_534;

/** A new PostgreSQL cluster with `settings` added (`name=value`), durable as by default. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const bin = requirePart('postgres').path;
  const folder = temporaryFolder('postgres');
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (user.uid !== undefined) chownSync(folder.path, user.uid, user.gid);
  const data = join(folder.path, 'data');
  const initdb = await startProcess({
    name: 'initdb',
    command: join(bin, 'initdb'),
    args: ['--username=cnapp', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', data],
    cwd: folder.path,
    ...user,
  });
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed:\n${initdb.output()}`);

  const port = await freePort();
  const all = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder.path}`, ...settings];
  const running = await startProcess({
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: ['-D', data, ...all.flatMap((setting) => ['-c', setting])],
    cwd: folder.path,
    ready: (output) => output.includes('database system is ready to accept connections'),
    ...user,
  });
  return {
    url: `postgres://cnapp@127.0.0.1:${port}/postgres`,
    port,
    pid: running.pid,
    async stop() {
      await running.stop('SIGINT'); // fast shutdown: does not wait for clients
      folder.remove();
    },
  };
}

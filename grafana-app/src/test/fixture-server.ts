// Test data only: `node src/test/fixture-server.ts [port]` serves the fixture API, to develop pages without a processor.
import { createServer } from 'node:http';
import { createFixtureApi } from './fixture-api.ts';

const server = createServer((request, response) => {
  const { status, body } = createFixtureApi(Date.now())(new URL(request.url ?? '/', 'http://fixture'));
  response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log(server.address()));

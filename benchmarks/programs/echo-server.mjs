// The least that answers an invocation: `node echo-server.mjs PORT`.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks = [];
  request
    .on('data', (chunk) => chunks.push(chunk))
    .on('end', () => {
      const body = Buffer.concat(chunks);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
    });
});
// A caller may wait for its turn longer than the five seconds that Node.js keeps an idle connection.
server.keepAliveTimeout = 0;
server.listen(Number(process.argv[2]), '127.0.0.1');

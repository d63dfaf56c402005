// A stand-in for the controller, for working on the screens without an engine. It keeps everything in memory and
// is driven by POST /mock/{command}. It serves dist/, so `npm run build` first, or `npm run dev` beside it.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import { Api, type Reply } from './api';
import { MockSip } from './sip';

const port = Number(process.env.MOCK_PORT ?? 8080);
const dist = new URL('../dist/', import.meta.url).pathname;
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

const sip = new MockSip();
const api = new Api(sip);

async function body(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'Content-Type': reply.type ?? 'application/json' });
  response.end(reply.raw ?? (reply.body === undefined ? '' : JSON.stringify(reply.body)));
}

function serveFile(path: string, response: ServerResponse): void {
  const wanted = join(dist, normalize(path));
  const file = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, 'index.html');
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock');
  if (url.pathname.startsWith('/api/v1/')) send(response, api.request(request.method ?? 'GET', url, await body(request)));
  else if (url.pathname.startsWith('/mock/')) send(response, api.command(url.pathname.slice(6), await body(request)));
  else serveFile(url.pathname, response);
}

const server = createServer((request, response) => void handle(request, response));
const liveSockets = new WebSocketServer({ noServer: true });
const sipSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'sip' });
server.on('upgrade', (request, socket, head) => {
  const path = new URL(request.url ?? '/', 'http://mock').pathname;
  if (path === '/api/v1/live' && !api.offline) liveSockets.handleUpgrade(request, socket, head, (ws) => api.attach(ws));
  else if (path.endsWith('/sip') && !api.offline) sipSockets.handleUpgrade(request, socket, head, (ws) => sip.attach(ws));
  else socket.destroy();
});
server.listen(port, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${port} (owner@example.com / demo)`));

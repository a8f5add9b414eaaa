import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../lanes/cluster/connection.ts';
import { goJson } from '../language/go-text.ts';
import { type Json, parseJson } from '../model/json.ts';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case; several values of one header in a list. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Json | undefined;
}

/** What to reply: JSON, or text as it is. */
export interface ServedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Json;
  readonly text?: string;
}

/** A reply, no reply at all, or a broken connection. */
export type Served = ServedReply | 'hang' | 'drop';

/** An HTTP server on loopback for tests. */
export interface TestServer extends AsyncDisposable {
  /** As a kubeconfig would give it. */
  readonly connection: Connection;
  /** Every request that arrived, in order. */
  readonly seen: readonly SeenRequest[];
}

/** Starts a server that answers with what `handle` gives. */
export async function serveHttp(handle: (request: SeenRequest) => Served): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void readRequest(incoming).then((request) => {
      seen.push(request);
      answer(outgoing, handle(request));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    connection: { server: `http://127.0.0.1:${port}`, context: 'test', authorize: async () => {} },
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values ?? []])),
    body: text === '' ? undefined : parseJson(text, 'int'),
  };
}

function answer(outgoing: ServerResponse, served: Served): void {
  if (served === 'hang') return;
  if (served === 'drop') {
    outgoing.destroy();
    return;
  }
  for (const [name, value] of Object.entries(served.headers ?? {})) {
    outgoing.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  outgoing.statusCode = served.status;
  outgoing.end(served.text ?? (served.body === undefined ? '' : goJson(served.body)));
}

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { goJson } from '../../language/go-text.ts';
import { asObject, asString, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import type { Connection } from './connection.ts';
import { TIMEOUTS, type Timeout } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';

/** One HTTP request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, e.g. `/api/v1/namespaces/default/pods?dryRun=All`. */
  readonly path: string;
  readonly body?: Json;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Whom to impersonate. */
  readonly as?: UserInfo;
}

/** What came back. */
export interface ApiReply {
  readonly status: number;
  readonly body: JsonObject;
  /** The `Warning` headers, each as it is: `299 - "text"`. */
  readonly warnings: readonly string[];
}

/** Sends requests to one API server. Throws `ClusterTroubleError` when there is no reply. */
export interface ApiClient extends Disposable {
  readonly send: (request: ApiRequest) => Promise<ApiReply>;
}

/** A client over a connection; it keeps sockets open until it is disposed of. `patience` is for one exchange. */
export function createClient(connection: Connection, patience: Timeout = TIMEOUTS.request): ApiClient {
  const secure = connection.server.startsWith('https:');
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let authorization: Promise<RequestOptions> | undefined;
  const send = async (request: ApiRequest): Promise<ApiReply> => {
    authorization ??= authorize(connection);
    const base = await authorization;
    const body = request.body === undefined ? undefined : Buffer.from(goJson(request.body));
    const length = body === undefined ? {} : { 'content-length': body.length };
    const headers = { ...(base.headers as OutgoingHttpHeaders | undefined), ...headersOf(request), ...length };
    const options: RequestOptions = { ...base, agent, method: request.method, headers };
    return exchange(`${connection.server}${request.path}`, options, body, patience, secure);
  };
  return {
    send: async (request) => {
      const used = authorization;
      const reply = await send(request);
      if (reply.status !== 401 || used === undefined) return reply;
      // Tokens of a kubeconfig may run out during a run: ask for them once more.
      if (authorization === used) authorization = undefined;
      return send(request);
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

async function authorize(connection: Connection): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await connection.authorize(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the credentials of the context \`${connection.context}\` cannot be had: ${why}`;
    throw new ClusterTroubleError('rights', message, 'check with `kubectl auth whoami`');
  }
  const { agent: _own, ...rest } = options;
  return rest;
}

function headersOf(request: ApiRequest): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { accept: 'application/json' };
  if (request.body !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
  if (request.as !== undefined) {
    headers['impersonate-user'] = request.as.username;
    if ((request.as.groups?.length ?? 0) > 0) headers['impersonate-group'] = [...(request.as.groups ?? [])];
    if (request.as.uid !== undefined) headers['impersonate-uid'] = request.as.uid;
    for (const [key, values] of Object.entries(request.as.extra ?? {}))
      headers[`impersonate-extra-${key.toLowerCase()}`] = [...values];
  }
  return headers;
}

function exchange(
  url: string,
  options: RequestOptions,
  body: Buffer | undefined,
  { milliseconds, what }: Timeout,
  secure: boolean,
): Promise<ApiReply> {
  return new Promise((resolve, reject) => {
    const { pathname, search, origin } = new URL(url);
    const exchangeName = `${options.method} ${pathname}${search}`;
    const outgoing = (secure ? httpsRequest : httpRequest)(
      url,
      { ...options, signal: AbortSignal.timeout(milliseconds) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', fail);
        incoming.on('end', () => resolve(replyOf(incoming, Buffer.concat(chunks).toString('utf8'))));
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);

    function fail(error: Error): void {
      if (error.name === 'AbortError' || error.name === 'TimeoutError') {
        reject(new ClusterTroubleError('timeout', `waited ${milliseconds / 1000} s for ${what}: ${exchangeName}`));
      } else {
        const hint = 'check that the cluster runs and that the kubeconfig names its address';
        reject(
          new ClusterTroubleError(
            'unreachable',
            `the API server at ${origin} cannot be reached: ${error.message}`,
            hint,
          ),
        );
      }
    }
  });
}

function replyOf({ statusCode, headersDistinct }: IncomingMessage, text: string): ApiReply {
  let body: Json = {};
  try {
    body = text === '' ? {} : parseJson(text, 'int');
  } catch {
    body = { kind: 'Status', message: text };
  }
  const warnings = warningHeaders(headersDistinct['warning'] ?? []);
  return { status: statusCode ?? 0, body: asObject(body) ?? { value: body }, warnings };
}

/** The single warnings of `Warning` headers, of which one may hold several: `299 - "text", 299 - "other"`. */
export function warningHeaders(headers: readonly string[]): readonly string[] {
  return headers.flatMap((header) => header.match(/\d{3} \S+ "(?:[^"\\]|\\.)*"/g) ?? []);
}

/** The message of a Status reply, or a short text for anything else. */
export function statusMessage(reply: ApiReply): string {
  return asString(reply.body['message']) ?? `HTTP ${reply.status}`;
}

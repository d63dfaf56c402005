import createClient, { type Middleware } from 'openapi-fetch';
import { noteServerDate } from '../format/clock';
import { ApiError, toApiError } from './problem';
import type { paths } from './schema.gen';

export const apiBase = '/api/v1';

/** What a file is sent as. */
export const asFile = { 'Content-Type': 'application/octet-stream' };

// Everything else that changes something must say it is JSON, also with an empty body (the server's guard against forged forms).
const asJson: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && request.headers.get('Content-Type') !== asFile['Content-Type']) request.headers.set('Content-Type', 'application/json');
    return request;
  },
  onResponse({ response }) {
    noteServerDate(response.headers.get('Date'));
  },
};

export const client = createClient<paths>({
  // Only a browser's Request completes an address without an origin.
  baseUrl: location.origin + apiBase,
  // Whatever fetch is when it is called; the library keeps the one of its start otherwise.
  fetch: (request) => fetch(request),
  credentials: 'same-origin',
});
client.use(asJson);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The result of a request, or an ApiError thrown. */
export async function result<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    throw new ApiError('network', 0, cause instanceof Error ? cause.message : 'no answer');
  }
  if (!answer.response.ok) throw toApiError(answer.error, answer.response.status);
  return answer.data as T;
}

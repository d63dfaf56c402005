import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from '../../shared/api/client';
import { ApiError, toApiError } from '../../shared/api/problem';
import type { paths } from '../../shared/api/schema.gen';

export type RawDataRequest = paths['/stats/raw-data']['get']['parameters']['query'];

type State =
  | { at: 'none' }
  | { at: 'running'; bytes: number; rows: number | undefined }
  | { at: 'stopped' }
  | { at: 'done'; name: string; bytes: number }
  /** Without an error it has begun and broken off. */
  | { at: 'failed'; error: ApiError | undefined };

export interface Download {
  state: State;
  start: (request: RawDataRequest) => Promise<void>;
  stop: () => void;
}

/** How often the bytes that have come are told. */
const toldMs = 200;

/** Fetches raw data piece by piece and gives it to the browser as a file once it is whole. */
export function useDownload(): Download {
  const [state, setState] = useState<State>({ at: 'none' });
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const stop = useCallback(() => running.current?.abort(), []);
  const start = useCallback(async (request: RawDataRequest) => {
    const control = new AbortController();
    running.current = control;
    setState({ at: 'running', bytes: 0, rows: undefined });
    let begun = false;
    try {
      const { response, error } = await client.GET('/stats/raw-data', { params: { query: request }, parseAs: 'stream', signal: control.signal });
      if (!response.ok || !response.body) throw toApiError(error, response.status);
      begun = true;
      const rows = Number(response.headers.get('X-Rows')) || undefined;
      const { pieces, bytes } = await read(response.body, control.signal, (bytes) => setState({ at: 'running', bytes, rows }));
      const name = fileName(response.headers.get('Content-Disposition')) ?? `ringdesk.${request.format ?? 'csv'}`;
      save(new Blob(pieces, { type: response.headers.get('Content-Type') ?? '' }), name);
      setState({ at: 'done', name, bytes });
    } catch (error) {
      if (control.signal.aborted) setState({ at: 'stopped' });
      else setState({ at: 'failed', error: begun ? undefined : error instanceof ApiError ? error : new ApiError('network', 0, 'no answer') });
    }
  }, []);
  return { state, start, stop };
}

async function read(body: ReadableStream<Uint8Array<ArrayBuffer>>, signal: AbortSignal, tell: (bytes: number) => void) {
  const reader = body.getReader();
  // Whoever waits for the next piece waits no longer, whatever the connection does.
  signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined)); // one that has broken off says so again
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) return { pieces, bytes };
    pieces.push(value);
    bytes += value.length;
    if (Date.now() - told < toldMs) continue;
    told = Date.now();
    tell(bytes);
  }
}

const fileName = (disposition: string | null): string | undefined => disposition?.match(/filename="?([^";]+)"?/)?.[1];

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

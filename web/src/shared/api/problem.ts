import type { Problem, ProblemReason } from './types';

export type ProblemCode = Problem['code'] | 'network';

/** What a request answered instead of its result. Code `network` means that no answer came at all. */
export class ApiError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly field: string | undefined;
  /** Why, in a word that the desk has a sentence for in each language; `params` is what the sentence names. */
  readonly reason: ProblemReason | undefined;
  readonly params: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, status: number, title: string, rest: Pick<Problem, 'field' | 'reason' | 'params'> = {}) {
    super(title);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.field = rest.field;
    this.reason = rest.reason;
    this.params = rest.params ?? {};
  }
}

const byStatus: Record<number, Problem['code']> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  422: 'invalid',
  429: 'limit',
  502: 'unavailable',
  503: 'unavailable',
};

/** Reads a problem document (RFC 9457); a body that is none (a proxy's page) is classed by its status. */
export function toApiError(body: unknown, status: number): ApiError {
  const problem = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  return new ApiError(problem.code ?? byStatus[status] ?? 'internal', status, problem.title ?? `HTTP ${status}`, problem);
}

export const isUnauthenticated = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'unauthenticated';

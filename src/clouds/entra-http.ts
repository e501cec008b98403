/** What is sent to Entra. */
export interface EntraRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** To a host of this machine, whatever proxy there is. */
  readonly direct?: boolean;
}

/** What Entra answers, whatever the status. */
export interface EntraResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * One HTTP call to Entra: for tokens and for the keys that tokens are signed with. The composition root supplies it, so
 * that proxies, private CAs and timeouts are settled in one place. Rejects only when no answer came.
 */
export type EntraHttp = (url: string, request: EntraRequest) => Promise<EntraResponse>;

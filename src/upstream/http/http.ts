import type { BodyReader } from './body-reader.ts';

/** One HTTP exchange. Any status is an answer; it rejects when there was none. */
export type Http = (url: string, init: HttpInit) => Promise<HttpAnswer>;

/** What is sent. */
export interface HttpInit {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Bytes of the answer that are taken at most; as of an answer that is no hunt's by default. */
  readonly maxBytes?: number;
  /** Told of bytes of the answer as they come; throws to end it. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Whose answer it is: a large one counts for the room of the process until the request is released. */
  readonly request?: object | undefined;
  /** Whether a good answer is wanted as bytes: a large text stays in memory for long, and bytes do not. */
  readonly bytes?: boolean;
  /** Makes the reader of a good answer, which is read while it comes. */
  readonly reader?: (() => BodyReader) | undefined;
  /** It goes to a host of this machine, whatever proxy there is. */
  readonly direct?: boolean;
}

/** What came back, whatever the status. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where bytes were wanted, no more than its beginning. */
  readonly body: string;
  /** The whole body in UTF-8; absent where it was read as it came, and of a bad answer where bytes were wanted. Its memory may be a part of more. */
  readonly bytes?: Buffer;
  /** What has read the body of a good answer; `body` is its beginning then. */
  readonly reader?: BodyReader;
}

/** An answer whose body is read as it comes: at the pace of the reader, who reads it to its end or destroys it. */
export interface HttpStream {
  readonly status: number;
  /** As of `HttpAnswer`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer> & { destroy(): unknown };
}

import type { Dispatcher } from 'undici';
import {
  type Body,
  type BodyCollector,
  type BodyLimits,
  beginningOf,
  createBodyCollector,
  textOf,
  utf8Of,
} from './body.ts';
import type { HttpAnswer, HttpInit } from './http.ts';
import type { LargeAnswers } from './large-answers.ts';

/** What an answer is read with. */
interface HandlerParts {
  readonly init: HttpInit;
  readonly maxBytes: number;
  readonly large: LargeAnswers;
  /** What is told of a signal that fired before the request was begun: nothing of it was sent then. */
  readonly unbegun: (reason: unknown) => Error;
}

/** Headers as undici has them, whose names are in lower case. */
type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Repeated headers joined by `, `. */
export const joinedHeaders = (headers: RawHeaders): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
};

/**
 * Reads one answer as undici hands it over (docs of undici, Dispatcher: DispatchHandler): without the streams of `request`, which
 * cost as much as the rest of a call. `answer` rejects with the reason of the signal, and with what reading it throws.
 */
export const createAnswerHandler = ({ init, maxBytes, large, unbegun }: HandlerParts) => {
  const { signal, onBytes, request } = init;
  const { promise: answer, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  let controller: Dispatcher.DispatchController | undefined;
  let isGivenUp = false;
  let status = 0;
  let headers: Record<string, string> = {};
  let reader: BodyLimits['reader'] & HttpAnswer['reader'];
  let collector: BodyCollector | undefined;
  /** What came while a part before it was taken. */
  const waiting: Uint8Array[] = [];
  let isBusy = false;
  let isWhole = false;

  const fail = (reason: unknown): void => {
    if (isGivenUp) return;
    isGivenUp = true;
    signal?.removeEventListener('abort', left);
    collector?.giveUp();
    reject(reason);
    controller?.abort(reason instanceof Error ? reason : new Error('The call was given up', { cause: reason }));
  };
  const left = (): void => fail(controller === undefined ? unbegun(signal?.reason) : signal?.reason);

  const answerOf = (body: Body): HttpAnswer => {
    if (reader !== undefined) return { status, headers, body: beginningOf(body), reader };
    const text = init.bytes === true && status < 300 ? beginningOf(body) : textOf(body);
    return { status, headers, body: text, bytes: utf8Of(body) };
  };

  const finish = (): void => {
    if (isGivenUp || collector === undefined) return;
    signal?.removeEventListener('abort', left);
    try {
      const body = collector.end();
      if (!(body instanceof Promise)) resolve(answerOf(body));
      else body.then((unpacked) => resolve(answerOf(unpacked))).catch(fail);
    } catch (thrown) {
      fail(thrown);
    }
  };

  /** Takes what has come, a part at a time: the next one when it has room and the reader is ready. */
  const take = (): void => {
    try {
      for (let part = waiting.shift(); part !== undefined && !isGivenUp; part = waiting.shift()) {
        const busy = collector?.take(part);
        if (busy === undefined) continue;
        isBusy = true;
        controller?.pause();
        busy.then(goOn).catch(fail);
        return;
      }
      if (isWhole) finish();
    } catch (thrown) {
      fail(thrown);
    }
  };
  const goOn = (): void => {
    isBusy = false;
    take();
    if (!isBusy && !isWhole && !isGivenUp) controller?.resume();
  };

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (begun) => {
      controller = begun;
      if (isGivenUp) begun.abort(new Error('The call was given up'));
    },
    onResponseStart: (_, code, raw) => {
      // Others are on their way (RFC 9110, 15.2).
      if (code < 200 || isGivenUp) return;
      status = code;
      headers = joinedHeaders(raw);
      reader = status < 300 ? init.reader?.() : undefined;
      try {
        collector = createBodyCollector(headers, large, { maxBytes, onBytes, signal, request, reader });
      } catch (thrown) {
        fail(thrown);
      }
    },
    onResponseData: (_, chunk) => {
      waiting.push(chunk);
      if (!isBusy) take();
    },
    onResponseEnd: () => {
      isWhole = true;
      if (!isBusy) take();
    },
    onResponseError: (_, error) => fail(error),
  };

  if (signal?.aborted === true) left();
  else signal?.addEventListener('abort', left, { once: true });
  return { answer, handler };
};

import type { Dispatcher } from 'undici';

/** What is given to a request as its `opaque`: told when it is about to be written to its connection. */
type Begun = () => void;

const isBegun = (value: unknown): value is Begun => typeof value === 'function';

/** The same dispatcher, made once: it tells a request's `opaque` when that request is about to be written to its connection. */
export const tellingBegun = (dispatcher: Dispatcher): Dispatcher =>
  dispatcher.compose((dispatch) => (options, handler) => {
    const begun = 'opaque' in options ? options.opaque : undefined;
    if (!isBegun(begun)) return dispatch(options, handler);
    const told: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => {
        begun();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
      onResponseStart: (...start) => handler.onResponseStart?.(...start),
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...error) => handler.onResponseError?.(...error),
    };
    return dispatch(options, told);
  });

/**
 * What `ask` gives, or as soon as `signal` fires what `unbegun` makes of its reason, as long as the request was not begun:
 * undici waits for the connection before it looks at the signal, and then writes nothing.
 */
export const endingBefore = <T>(
  ask: (begun: () => void) => Promise<T>,
  signal: AbortSignal | undefined,
  unbegun: (reason: unknown) => Error,
): Promise<T> => {
  let isBegun = false;
  const asked = ask(() => {
    isBegun = true;
  });
  if (signal === undefined) return asked;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      if (!isBegun) reject(unbegun(signal.reason));
    };
    signal.addEventListener('abort', leave, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
};

/** For parts that are not told when the gateway stops. */
export const neverStops: AbortSignal = new AbortController().signal;

/** Seconds after which who was sent away by a gateway that stops may ask again: another replica, or the same one started anew. */
export const backInSeconds = 5;

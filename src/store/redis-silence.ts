/** No answer came: there is no connection, it was lost meanwhile, or the limit is over. Told in the log by the connection. */
export class RedisSilenceError extends Error {
  override readonly name = 'RedisSilenceError';
}

/** Whether the connection tells of this failure in the log. */
export const isRedisSilence = (error: unknown): boolean => error instanceof RedisSilenceError;

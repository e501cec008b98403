const mebibyte = 1_048_576;

/** Connections to one origin, of all tenants together, where the settings name no other number. */
export const usualConnections = 256;

/** Bytes of one answer, where the settings name no others: more than any that Microsoft documents. */
export const usualAnswerBytes = { normal: 32 * mebibyte, hunting: 128 * mebibyte } as const;

import type { GraphQLError } from 'graphql';

/** What a leaf shows of the value behind what it cannot represent; the names that an enum offers behind that are its own. */
const shownValue = /( cannot represent [^:]*): .*?( Did you mean [\w, ]+\?)?( Its values are [\w, ]+\.)?$/s;

/**
 * What graphql-js says of a variable that does not fit, without the value that it shows: a secret that stands in the wrong place,
 * or beside what is wrong, would come back, and be kept wherever answers are kept. Where it stands and why it is wrong stays.
 */
export const variableFault = ({ message, originalError }: Pick<GraphQLError, 'message' | 'originalError'>): string => {
  const [start] = /^Variable "\$\w+" got (?=invalid value )/.exec(message) ?? [];
  const reason = originalError?.message;
  if (start === undefined || reason === undefined || !message.endsWith(`; ${reason}`)) return message;
  const [at = ''] = / at "[^"]*"$/.exec(message.slice(0, -`; ${reason}`.length)) ?? [];
  // Leaves show the value once more, behind what they cannot represent. The word that no enum has stays: people look for it.
  const told = reason.replace(shownValue, '$1.$2$3');
  return `${start}an invalid value${at}; ${told}`;
};

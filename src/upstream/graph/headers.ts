/**
 * Sent with every read: without it enum members that were added after `unknownFutureValue` arrive as that word
 * (best-practices-concept.md, "Handling future members in evolvable enumerations").
 */
export const allEnumMembers = { prefer: 'include-unknown-enum-members' } as const;

/** By what the gateway knows the indicators of a set: in `application`, which Microsoft keeps from when one is made. */
const marker = 'defender-gateway: ';

/** What the `application` of a set's indicators is. */
export const applicationOfSet = (set: string): string => `${marker}${set}`;

/** The set that an `application` stands for; null: none. */
export const setOfApplication = (application: unknown): string | null =>
  typeof application === 'string' && application.startsWith(marker) ? application.slice(marker.length) : null;

/** Names of sets. Blanks stand inside alone. */
export const setNameForm = /^(?=.{1,60}$)[A-Za-z0-9](?:[\w. -]*[\w.-])?$/;

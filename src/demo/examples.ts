import type { Example } from '../server/graphiql/page.ts';
import { closing, morning } from './days-work.ts';
import { actions, pages } from './incident-work.ts';

/** The worked examples of GraphiQL, on the demo's tenants, in the order of an analyst's day. Each is run by a test. */
export const examples: readonly Example[] = [...morning, ...pages, ...actions, ...closing];

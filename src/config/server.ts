import { z } from 'zod';
import { flag, section, text, wholeNumber } from './fields.ts';

/** Where the gateway listens and what it shows of itself. */
export const serverSchema = section({
  /** Loopback unless said otherwise: nothing is open to a network by accident. */
  host: text().default('127.0.0.1'),
  /** 0 lets the system pick one. */
  port: wholeNumber(0, 65_535).default(4000),
  graphiql: flag().default(true),
  introspection: flag().default(true),
  /** Origins whose pages may call; none unless named. */
  cors: z.array(text()).default([]),
});

export type ServerConfig = z.output<typeof serverSchema>;

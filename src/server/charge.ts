import type { OperationTypeNode } from 'graphql';
import type { Price } from '../access/limits.ts';
import { type Soon, whenThere } from '../soon.ts';

/** What an operation takes of the process and of its caller's rates. */
export interface ChargeDeps<TContext> {
  /** Takes the points until the answer is sent; throws when there is no room for so much now. */
  readonly begin: (type: OperationTypeNode, price: Price) => () => void;
  /** Counts what a query costs its caller; throws when that is too much for the moment. Not called for mutations. */
  readonly spend: (context: TContext, price: Price) => Soon<void>;
  /** Resolves when the operation may begin; without a promise it may now. */
  readonly turn: (price: Price) => Soon<void>;
}

/** Charges an operation whose price was checked; `onBegun` gets what gives its points back, before anything is waited for. */
export type Charge<TContext> = (
  type: OperationTypeNode,
  price: Price,
  context: TContext,
  onBegun: (end: () => void) => void,
) => Soon<void>;

/** Takes room, counts the points and waits until it may begin, in this order. Throws or rejects with what refuses; what was begun is the caller's to end. */
export const createCharge =
  <TContext>({ begin, spend, turn }: ChargeDeps<TContext>): Charge<TContext> =>
  (type, price, context, onBegun) => {
    // Before anything is waited for: once another check refuses the operation, its answer is on its way.
    onBegun(begin(type, price));
    // Who responds to an attack is not kept from it for what they asked before.
    const spent = type === 'mutation' ? undefined : spend(context, price);
    return whenThere(spent, () => turn(price));
  };

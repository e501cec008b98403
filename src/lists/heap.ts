/** Values of which the first in an order is taken, at a cost that grows with the logarithm of their number. */
export interface Heap<V> {
  push(value: V): void;
  /** `undefined` when there is none. */
  pop(): V | undefined;
}

/** A binary heap. `isBefore`: whether one value comes before another. */
export const createHeap = <V>(isBefore: (a: V, b: V) => boolean): Heap<V> => {
  const values: V[] = [];

  const rise = (value: V, from: number): void => {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = values[above];
      if (parent === undefined || !isBefore(value, parent)) break;
      values[place] = parent;
      place = above;
    }
    values[place] = value;
  };

  const sink = (value: V): void => {
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let child = values[below];
      const right = values[below + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        below += 1;
        child = right;
      }
      if (child === undefined || !isBefore(child, value)) break;
      values[place] = child;
      place = below;
    }
    values[place] = value;
  };

  return {
    push: (value) => {
      values.push(value);
      rise(value, values.length - 1);
    },
    pop: () => {
      const [first] = values;
      const last = values.pop();
      if (last !== undefined && values.length > 0) sink(last);
      return first;
    },
  };
};

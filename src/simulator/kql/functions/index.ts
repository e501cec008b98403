import { addressFunctions } from './address.ts';
import { collectionFunctions } from './collection.ts';
import { conversionFunctions } from './conversion.ts';
import type { ScalarFunction } from './function.ts';
import { numberFunctions } from './number.ts';
import { textFunctions } from './text.ts';
import { timeFunctions } from './time.ts';

/** Every scalar function a query may call, by its case-sensitive name. */
export const scalarFunctions: ReadonlyMap<string, ScalarFunction> = new Map<string, ScalarFunction>(
  Object.entries({
    ...conversionFunctions,
    ...textFunctions,
    ...timeFunctions,
    ...numberFunctions,
    ...collectionFunctions,
    ...addressFunctions,
  }),
);

import type { Form } from './space.ts';

/** A text: the id of a process, what a library serialized by its own rules. */
export const textForm: Form = { version: 1, isValid: (value) => typeof value === 'string' };

/** Something that is there or is not. */
export const flagForm: Form = { version: 1, isValid: (value) => value === true };

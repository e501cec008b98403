import type { KillPoint, NotedStep } from './steps.ts';

/** Starts one gateway more in the process of the victims, under this `id`. */
export interface StartOrder {
  readonly kind: 'start';
  readonly id: number;
  readonly folder: string;
  readonly settings: string;
  readonly point: KillPoint | null;
}

/** What the process is told, as JSON. */
export type VictimOrder = StartOrder | { readonly kind: 'halt' | 'look'; readonly id: number };

/** What it answers. */
export type Report =
  /** To a `look`: what it had to tell has been told. */
  | { readonly kind: 'looked'; readonly id: number }
  | { readonly kind: 'started'; readonly id: number; readonly url: string }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
  | { readonly kind: 'step'; readonly id: number; readonly step: NotedStep }
  | ({ readonly kind: 'halted'; readonly id: number } & Halt);

/** That a gateway takes no effect any more. */
export interface Halt {
  /** The write at which it halted; null: it did as it was told to. */
  readonly name: string | null;
  /** When. */
  readonly at: number;
  /** Of its folder, just then. */
  readonly state: string;
}

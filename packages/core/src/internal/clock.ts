/** Milliseconds since the epoch. Passed in everywhere, so that expiry is testable without fake timers. */
export type Clock = () => number;

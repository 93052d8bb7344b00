/** What the layers above know of the way in which values are written at rest. */
export interface AtRest {
  /** True: the value would be written otherwise now, so that a write that changes nothing is still made. */
  isStale(key: string): Promise<boolean>;
  readonly unreadable: {
    /** Values that cannot be read. */
    readonly size: number;
    /** @throws StatusError 500 if this one, one of these, cannot be read */
    check(key: string): void;
    checkBelow(prefix: string): void;
  };
}

/** Of a store whose values are written as they are. */
export const plainAtRest: AtRest = {
  isStale: () => Promise.resolve(false),
  unreadable: { size: 0, check: () => undefined, checkBelow: () => undefined },
};

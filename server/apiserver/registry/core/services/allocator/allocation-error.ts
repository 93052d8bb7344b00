/** Why an address or port could not be had; the wording is part of what clients see. */

export class AllocationError extends Error {
  override name = 'AllocationError';
  readonly isFull: boolean;
  constructor(message: string, options: { isFull: boolean } = { isFull: false }) {
    super(message);
    this.isFull = options.isFull;
  }
}

export const rangeIsFull = (): AllocationError => new AllocationError('range is full', { isFull: true });

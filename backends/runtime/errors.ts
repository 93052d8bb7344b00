/** What a runtime throws; the kubelet turns each into events and waiting reasons. */
export class RuntimeError extends Error {
  override name = 'RuntimeError';
  /** Reason of a waiting container: CreateContainerError, RunContainerError … */
  readonly reason: string;

  constructor(message: string, reason = 'RunContainerError') {
    super(message);
    this.reason = reason;
  }
}

/** The image cannot be had: waiting reason ErrImagePull or what else is given, then ImagePullBackOff. */
export class ImagePullError extends Error {
  override name = 'ImagePullError';
  readonly reason: string;

  constructor(message: string, reason = 'ErrImagePull') {
    super(message);
    this.reason = reason;
  }
}

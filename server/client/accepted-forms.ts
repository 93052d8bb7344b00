/** Accept headers for answers that are less than the whole object. */
const form = (as: string) => `application/json;as=${as};g=meta.k8s.io;v=v1`;

export const partialObject = form('PartialObjectMetadata');
export const partialList = form('PartialObjectMetadataList');

/** What an answer of another server means that is no success, in client-go's words. */
import { isJsonObject } from '../../apimachinery/json.ts';
import { goQuote } from '../../apimachinery/errors/field-error.ts';

/** Source: api/errors NewGenericServerResponse. `said` stands for what the server wrote. */
const meanings: ReadonlyMap<number, string> = new Map([
  [400, 'the server rejected our request for an unknown reason'],
  [401, 'the server has asked for the client to provide credentials'],
  [404, 'the server could not find the requested resource'],
  [405, 'the server does not allow this method on the requested resource'],
  [406, 'the server was unable to respond with a content type that the client supports'],
  [409, 'the server reported a conflict'],
  [422, 'the server rejected our request due to an error in our request'],
  [429, 'the server has received too many requests and has asked us to try again later'],
  [503, 'the server is currently unable to handle the request'],
  [504, 'the server was unable to return a response in the time allotted, but may still be processing the request'],
]);

/** Characters of an answer that an error repeats. */
const REPEATED_CHARACTERS = 2048;

/** Undefined: it is a success. */
export function refusalOf(code: number, contentType: string | undefined, body: Buffer): string | undefined {
  if (code >= 200 && code <= 206) return undefined;
  const told = messageOfStatus(body);
  if (told !== undefined) return told;
  const isText = contentType === undefined || /^\s*text\//i.test(contentType);
  const said = isText ? body.subarray(0, REPEATED_CHARACTERS).toString().trim() : 'unknown';
  if (code === 403 || code === 415) return said;
  const known = meanings.get(code);
  if (known !== undefined) return known;
  if (code >= 500) return `an error on the server (${goQuote(said)}) has prevented the request from succeeding`;
  return `the server responded with the status code ${code} but did not return more information`;
}

/** A Status says it itself. */
function messageOfStatus(body: Buffer): string | undefined {
  if (body[0] !== openingBrace) return undefined;
  try {
    const status: unknown = JSON.parse(body.toString());
    if (!isJsonObject(status) || status.kind !== 'Status' || status.status !== 'Failure') return undefined;
    return typeof status.message === 'string' ? status.message : 'unknown';
  } catch {
    return undefined;
  }
}

const openingBrace = 0x7b;

/** From an answer to its object, or to the error that its Status says. */
import { failure, type Status, StatusError } from '../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject } from '../apimachinery/json.ts';
import { type TransportResponse, TransportError } from './transport.ts';

/** @throws StatusError for what is no success, TransportError for what is no JSON */
export async function readAnswer(response: TransportResponse): Promise<JsonObject> {
  const body = await response.body();
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (response.status >= 400) throw unreadable(response.status, body.toString('utf8'));
    throw new TransportError('the answer is no JSON', { cause: error });
  }
  if (response.status >= 400) throw statusErrorOf(value, response.status);
  if (!isJsonObject(value)) throw new TransportError('the answer is no JSON object');
  return value;
}

/** Also of an ERROR event. */
export function statusErrorOf(value: unknown, code: number): StatusError {
  if (isJsonObject(value) && value.kind === 'Status') return new StatusError(value as unknown as Status);
  return unreadable(code, JSON.stringify(value));
}

function unreadable(code: number, text: string): StatusError {
  return failure({ code, reason: code === 429 ? 'TooManyRequests' : '', message: text.trim() });
}

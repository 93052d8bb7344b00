/** Domains, and paths that start with one. */
import { invalid, required } from '../../apimachinery/errors/field-error.ts';
import { isLabelKey } from '../../apimachinery/validation/labels.ts';
import { regexMessage } from '../../apimachinery/validation/message.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checkComplaints, type Errors } from './checks.ts';

const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPath = new RegExp(`^${HTTP_PATH}$`);

/** A label's key, with its domain. */
export function checkDomainPrefixedKey(value: string, path: string, errors: Errors): void {
  if (value === '') {
    errors.push(required(path));
    return;
  }
  const complaints = isLabelKey(value);
  checkComplaints(value, complaints, path, errors);
  if (complaints.length > 0 || value.includes('/')) return;
  errors.push(invalid(path, value, 'must be a domain-prefixed key (such as "acme.io/foo")'));
}

/** "acme.io/foo" */
export function checkDomainPrefixedPath(value: string, path: string, errors: Errors): void {
  if (value === '') {
    errors.push(required(path));
    return;
  }
  const slash = value.indexOf('/');
  const host = value.slice(0, Math.max(slash, 0));
  const rest = value.slice(slash + 1);
  if (host === '' || rest === '') {
    errors.push(invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  checkComplaints(host, isDns1123Subdomain(host), path, errors);
  if (!httpPath.test(rest)) errors.push(invalid(path, rest, regexMessage('Invalid path', HTTP_PATH)));
}

/** At least two segments; a dot at the end may stand. */
export function checkFullyQualifiedDomainName(value: string, path: string, errors: Errors): void {
  if (value === '') {
    errors.push(required(path));
    return;
  }
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const complaints = isDns1123Subdomain(name);
  const labels = name.split('.');
  const bad = labels.find((label) => isDns1123Label(label).length > 0);
  if (complaints.length > 0) errors.push(invalid(path, name, complaints.join(',')));
  else if (labels.length < 2) {
    errors.push(invalid(path, name, 'should be a domain with at least two segments separated by dots'));
  } else if (bad !== undefined) {
    errors.push(invalid(path, bad, isDns1123Label(bad).join(',')));
  }
}

/** At least three segments. */
export function checkFullyQualifiedName(value: string, path: string, errors: Errors): void {
  if (value === '') {
    errors.push(required(path));
    return;
  }
  const complaints = isDns1123Subdomain(value);
  if (complaints.length > 0) errors.push(invalid(path, value, complaints.join(',')));
  else if (value.split('.').length < 3) {
    errors.push(invalid(path, value, 'should be a domain with at least three segments separated by dots'));
  }
}

import { EvaluationError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
export function decodeCertificate(pem: string): Json {
  throw new EvaluationError('failed to decode PEM block' + pem.slice(0, 0));
}

/**
 * One decision on the way to a rule's answer: what explanations and coverage are made of.
 * `rule` is the computed rule name (`autogen-…` included).
 */
export type Decision =
  | { readonly kind: 'match'; readonly rule: string; readonly matched: boolean; readonly reason: string | undefined }
  | {
      readonly kind: 'condition';
      readonly rule: string;
      /** Where the condition stands. */
      readonly where: 'preconditions' | 'deny' | 'exception';
      readonly block: 'any' | 'all' | 'list';
      readonly index: number;
      readonly result: boolean;
    }
  | {
      readonly kind: 'pattern';
      readonly rule: string;
      readonly index?: number;
      readonly result: string;
      readonly path: string;
    }
  | {
      readonly kind: 'element';
      readonly rule: string;
      readonly list: string;
      readonly index: number;
      readonly status: string;
    }
  | { readonly kind: 'exception'; readonly rule: string; readonly exception: string; readonly matched: boolean };

/** Receives decisions as they are made. It must not throw. */
export type Observer = (decision: Decision) => void;

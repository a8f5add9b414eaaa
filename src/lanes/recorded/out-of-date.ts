import type { RecordedPremise } from './recording.ts';

/** What is known of a request that was not recorded as it is asked. */
export interface OutOfDate {
  /** The recording has other requests of the scenario. */
  readonly isKnown: boolean;
  /** What held when the very same request was recorded. */
  readonly was: RecordedPremise | undefined;
  /** What holds now. */
  readonly is: RecordedPremise;
}

/** Why a recording does not fit any more, in words that name what changed. */
export function outOfDateText({ isKnown, was, is }: OutOfDate): string {
  return `the recording does not fit any more: ${reason(isKnown, was, is)}; record again with --record`;
}

function reason(isKnown: boolean, was: RecordedPremise | undefined, is: RecordedPremise): string {
  if (was !== undefined) {
    const changed = [...changesOf('policy', was.policies, is.policies), ...changesOf('', was.objects, is.objects)];
    return changed.join(', ');
  }
  return isKnown ? 'the request of this scenario was changed or is new' : 'it has nothing of this scenario';
}

type Prints = Readonly<Record<string, string>>;

function changesOf(what: string, was: Prints, is: Prints): readonly string[] {
  const words = (name: string): string => (what === '' ? name : `${what} ${name}`);
  return [
    ...Object.keys(is).flatMap((name) => {
      if (was[name] === undefined) return [`${words(name)} is new`];
      return was[name] === is[name] ? [] : [`${words(name)} was changed`];
    }),
    ...Object.keys(was).flatMap((name) => (is[name] === undefined ? [`${words(name)} is gone`] : [])),
  ];
}

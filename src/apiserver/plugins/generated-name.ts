import type { RandomSource } from '../../model/environment.ts';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const BASE = 58;
const LETTERS = 5;

/** A name that begins with `base`, cut to 58 characters, and ends with five random ones. Upstream: apiserver/pkg/storage/names. */
export function generatedName(base: string, random: RandomSource): string {
  let suffix = '';
  for (let i = 0; i < LETTERS; i++) suffix += ALPHABET[Math.floor(random.next() * ALPHABET.length)];
  return base.slice(0, BASE) + suffix;
}

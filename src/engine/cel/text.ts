/** Length of a text in code points. */
export function runeCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0xd800 && code <= 0xdbff && isLow(text.charCodeAt(index + 1))) count--;
  }
  return count;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

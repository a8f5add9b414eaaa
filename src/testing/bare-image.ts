/** A file of an image. */
export interface ImageFile {
  readonly path: string;
  readonly content: Uint8Array | string;
  readonly executable?: true;
}

/**
 * A whole root file system as an uncompressed tar, for `docker import`. Upstream: the format `ustar` of POSIX.1-2001,
 * paths up to 100 letters.
 */
export function tar(files: readonly ImageFile[]): Buffer {
  const parts = files.flatMap(({ path, content, executable }) => {
    const bytes = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(path.replace(/^\//, ''), 0, 100);
    header.write(executable === true ? '0000755\0' : '0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

const BASE = 0x400000;
const HEAD = 64 + 56;
const CODE = 64;

/**
 * A program for Linux on x86-64 that needs nothing else: it writes a text and then waits for ever, or ends with an exit
 * code after half a second. Upstream: the ELF format and the system calls write, pause, nanosleep and exit.
 */
export function program(text: string, exitCode?: number): Buffer {
  const message = Buffer.from(text);
  const pause = Buffer.alloc(16);
  pause.writeUInt32LE(500_000_000, 8);
  const size = HEAD + CODE + message.length + pause.length;
  const bytes = Buffer.alloc(size);
  // The header of the file, for an executable.
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeUInt32LE(BASE + HEAD, 24);
  bytes.writeUInt32LE(64, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  // The one segment: all of the file, to be read and run.
  bytes.writeUInt32LE(1, 64);
  bytes.writeUInt32LE(5, 68);
  for (const at of [80, 88]) bytes.writeUInt32LE(BASE, at);
  for (const at of [96, 104]) bytes.writeUInt32LE(size, at);
  bytes.writeUInt32LE(0x1000, 112);
  // write(1, message, length)
  const write = [
    0xb8,
    ...word(1),
    0xbf,
    ...word(1),
    0xbe,
    ...word(BASE + HEAD + CODE),
    0xba,
    ...word(message.length),
    0x0f,
    0x05,
  ];
  // pause() again and again, or nanosleep(half a second) and exit(code)
  const at = BASE + size - pause.length;
  const end =
    exitCode === undefined
      ? [0xb8, ...word(34), 0x0f, 0x05, 0xeb, 0xf7]
      : [
          0xb8,
          ...word(35),
          0xbf,
          ...word(at),
          0xbe,
          ...word(0),
          0x0f,
          0x05,
          0xb8,
          ...word(60),
          0xbf,
          ...word(exitCode),
          0x0f,
          0x05,
        ];
  bytes.set([...write, ...end], HEAD);
  bytes.set(message, HEAD + CODE);
  bytes.set(pause, size - pause.length);
  return bytes;
}

/** A number as four bytes, the least first. */
function word(number: number): readonly number[] {
  return [number & 255, (number >> 8) & 255, (number >> 16) & 255, (number >> 24) & 255];
}

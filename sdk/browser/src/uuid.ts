/** Returns a UUID of version 7: ids made later sort later. */
export function uuid(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  // A 0 becomes any digit, the 8 one of 8, 9, a and b.
  const random = (digit: string): string =>
    (+digit ^ ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & (15 >> (+digit / 4)))).toString(16);
  return time.replace(/.{8}/, "$&-") + "-7000-8000-000000000000".replace(/[08]/g, random);
}

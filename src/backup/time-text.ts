/** A stamped time as people read it: `2026-11-29T10:02:03.000001Z`. */
export function timeText(timeUs: number): string {
  const us = String(timeUs % 1_000_000).padStart(6, '0');
  const seconds = new Date(Math.floor(timeUs / 1_000_000) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${us}Z`;
}

/** Microseconds since 1970 of such a time, or of one with another zone; undefined where the text is no such time. */
export function timeUsIn(text: string): number | undefined {
  const [, day, clock = '', fraction = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const ms = Date.parse(`${day}${clock}${zone}`);
  // The 30th of February would be read as a day of March.
  const isDay = !Number.isNaN(ms) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(`${day}T`);
  return isDay && ms >= 0 ? ms * 1_000 + Number(fraction.padEnd(6, '0')) : undefined;
}

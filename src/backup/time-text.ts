/** A stamped time as people read it: `2026-11-29T10:02:03.000001Z`. */
export function timeText(timeUs: number): string {
  const us = String(timeUs % 1_000_000).padStart(6, '0');
  const seconds = new Date(Math.floor(timeUs / 1_000_000) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${us}Z`;
}

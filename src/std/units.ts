/** Milliseconds of longer times, and bytes of a megabyte, where a person gives or reads the larger unit. */

export const msPerMinute = 60_000;
export const msPerHour = 3_600_000;
export const msPerDay = 86_400_000;
export const bytesPerMegabyte = 1_048_576;

/** What one site of several hears of the others: its leader, and its clients (protocol/messages.ts). */
import { Layout, line, text, u8, u16, u32, u53 } from './layout.ts';
import { siteGatewaysBytes, siteNameBytes } from './limits.ts';

/** Shipping, from the process of the site that writes: whether another one writes, or is about to, for that doubt. */
export const siteSeen = new Layout('siteSeen', 149, {
  doubt: u8(1),
  isClear: u8(0, 1),
  reserved: u16(0, 0),
});

/**
 * Server, behind `leadership`, from a replica of a standby site whose file names the site that writes: its name, and
 * its gateways as URLs with a space between, empty where the file names none.
 */
export const tradesAt = new Layout('tradesAt', 171, {
  reserved: u32(0, 0),
  epoch: u53(),
  site: text(siteNameBytes),
  gateways: line(siteGatewaysBytes),
});

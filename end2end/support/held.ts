// A delayed file: requests for it wait until the test releases them.
import type { Page } from "@playwright/test";

export interface Held {
  /** How often it was requested. */
  readonly asked: number;
  release: () => void;
}

/** Call before it is requested. Once released, nothing waits any more. */
export async function hold(page: Page, address: RegExp): Promise<Held> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = { asked: 0, release };
  await page.route(address, async (route) => {
    held.asked += 1;
    await released;
    await route.continue();
  });
  return held;
}

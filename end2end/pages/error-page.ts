// An error page.
import { expect, type Locator, type Page, type Response } from "@playwright/test";

export class ErrorPage {
  readonly page: Page;
  readonly heading: Locator;
  readonly home: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole("heading", { level: 1 });
    this.home = page.getByRole("main").getByRole("link").first();
  }

  async open(url: string): Promise<Response> {
    const response = await this.page.goto(url);
    if (!response) {
      throw new Error(`${url}: no answer`);
    }
    return response;
  }

  /** It shows a message, a link home, and the request id to look up in the log. */
  async expectComplete(response: Response): Promise<void> {
    await expect(this.heading).toHaveCount(1);
    await expect(this.home).toBeVisible();
    const request_id = response.headers()["x-request-id"];
    expect(request_id).toBeTruthy();
    await expect(this.page.getByText(request_id ?? "")).toBeVisible();
  }
}

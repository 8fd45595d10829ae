// Whatever a page says that it should not: console errors and warnings, exceptions, failed requests.
import { type BrowserContext, expect } from "@playwright/test";

export class Complaints {
  private readonly heard: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Lets a test provoke something, for instance by taking the server away. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  listenTo(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.heard.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => this.heard.push(`exception: ${error.error().stack}`));
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // Given up by the page itself: pictures and the event stream of a page that is left, links that download.
      if (reason !== "net::ERR_ABORTED") {
        this.heard.push(`request: ${request.method()} ${request.url()}: ${reason}`);
      }
    });
  }

  expectNone(): void {
    expect(this.heard.filter((complaint) => !this.allowed.some((pattern) => pattern.test(complaint)))).toEqual([]);
  }
}

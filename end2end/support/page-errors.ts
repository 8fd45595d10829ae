// Errors of a page: console errors and warnings, exceptions, failed requests.
import { type BrowserContext, expect } from "@playwright/test";

export class PageErrors {
  private readonly errors: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Expects errors that a test provokes, for instance by stopping the server. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  /** The same when a test stops its server: what comes while it stops is answered with 503. */
  allowServerAway(...others: RegExp[]): void {
    this.allow(/net::ERR_/, /Failed to fetch/, /status of 503/, ...others);
  }

  listenTo(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.errors.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => this.errors.push(`exception: ${error.error().stack}`));
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // Aborted by the page itself: pictures and event streams on leaving a page, links that download.
      if (reason !== "net::ERR_ABORTED") {
        this.errors.push(`request: ${request.method()} ${request.url()}: ${reason}`);
      }
    });
  }

  expectNone(): void {
    expect(this.errors.filter((error) => !this.allowed.some((pattern) => pattern.test(error)))).toEqual([]);
  }
}

// Contents: a form for each kind, the code while typing, and the description afterwards.
import type { SpacePage } from "../pages/space-page.ts";
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const hostile = 'Café; "bar", \\ <b>:🎉';

interface Content {
  kind: string;
  /** By label. */
  chosen?: Record<string, string>;
  typed: Record<string, string>;
  text: string | RegExp;
  words: string;
}

/** For each kind: what is chosen and typed, and the resulting text and description. */
const kinds: Content[] = [
  { kind: "link", typed: { Link: "example.com/menu" }, text: "https://example.com/menu", words: "https://example.com/menu" },
  {
    kind: "wifi",
    typed: { "Network name": hostile, Password: "come;on,in" },
    text: 'WIFI:T:WPA;S:Café\\; \\"bar\\"\\, \\\\ <b>\\:🎉;P:come\\;on\\,in;;',
    words: 'Wi-Fi network Café; "bar", \\\\ <b>:🎉',
  },
  {
    kind: "contact",
    typed: { "First name": "Ada", "Last name": "Lovelace", Note: "one;\ntwo" },
    text: "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Lovelace;Ada;;;\r\nFN:Ada Lovelace\r\nNOTE:one\\;\\ntwo\r\nEND:VCARD\r\n",
    words: "Contact Ada Lovelace",
  },
  {
    kind: "email",
    typed: { To: "a@b.example", Subject: "Hello & more", Message: "One\ntwo" },
    text: "mailto:a@b.example?subject=Hello%20%26%20more&body=One%0D%0Atwo",
    words: "E-mail to a@b.example: Hello & more",
  },
  { kind: "phone", typed: { "Phone number": "+49 (0)30 123456" }, text: "tel:+4930123456", words: "Phone +4930123456" },
  {
    kind: "sms",
    typed: { "Phone number": "+49 170 123456", Message: "5 min?" },
    text: "sms:+49170123456?body=5%20min%3F",
    words: "SMS to +49170123456: 5 min?",
  },
  {
    kind: "event",
    typed: { Title: "Fair", "Begins on": "2026-11-21", "Begins at": "18:30", "Ends at": "20:00" },
    chosen: { "Time zone": "Europe/Berlin" },
    text: /DTSTART:20261121T173000Z\r\nDTEND:20261121T190000Z\r\nSUMMARY:Fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n$/,
    words: "Event Fair, 2026-11-21 17:30 to 19:00 UTC",
  },
  {
    kind: "place",
    typed: { Latitude: "52.516275", Longitude: "13,377704" },
    text: "geo:52.516275,13.377704",
    words: "Place 52.516275,13.377704",
  },
  {
    kind: "place",
    typed: { Latitude: "51°2'N 13°42'E" },
    text: "geo:51.033333,13.7",
    words: "Place 51.033333,13.7",
  },
  {
    kind: "wifi",
    chosen: { Security: "WPA3 only" },
    typed: { "Network name": "Guests", Password: "sesame" },
    text: "WIFI:T:SAE;S:Guests;P:sesame;;",
    words: "Wi-Fi network Guests",
  },
  {
    kind: "wifi",
    chosen: { Security: "WPA Enterprise", "EAP method": "TTLS", "Phase 2": "PAP" },
    typed: { "Network name": "eduroam", Identity: "ada@example.com", "Anonymous identity": "guest", Password: "come;on" },
    text: "WIFI:T:WPA2-EAP;S:eduroam;E:TTLS;PH2:PAP;A:guest;I:ada@example.com;P:come\\;on;;",
    words: "Wi-Fi network eduroam",
  },
  {
    kind: "contact",
    chosen: { "Phone type": "Work" },
    typed: { "First name": "Ada", Phone: "+44 20 7946 0000 ext. 12" },
    text: "BEGIN:VCARD\r\nVERSION:4.0\r\nN:;Ada;;;\r\nFN:Ada\r\nTEL;VALUE=uri;TYPE=work:tel:+442079460000;ext=12\r\nEND:VCARD\r\n",
    words: "Contact Ada",
  },
  {
    kind: "contact",
    chosen: { Format: "MeCard: a smaller code" },
    typed: { "First name": "Ada", Note: "one;\ntwo" },
    text: "MECARD:N:,Ada;NOTE:one\\; two;;",
    words: "Contact Ada",
  },
  {
    kind: "payment",
    typed: { Payee: "Red Cross", IBAN: "DE02 1203 0000 0000 2020 51", "Amount in euros": "12,3" },
    text: "BCD\n002\n1\nSCT\n\nRed Cross\nDE02120300000000202051\nEUR12.30",
    words: "Payment to Red Cross: 12.30 EUR",
  },
];

async function fillIn(spacePage: SpacePage, { chosen = {}, typed }: Content): Promise<void> {
  for (const [label, words] of Object.entries(chosen)) {
    const field = spacePage.answer(label);
    const is_select = await field.evaluate((element) => element.tagName === "SELECT");
    await (is_select ? field.selectOption(words) : field.fill(words));
  }
  for (const [label, answer] of Object.entries(typed)) {
    await spacePage.answer(label).fill(answer);
  }
}

for (const [index, content] of kinds.entries()) {
  const { kind, typed, text, words } = content;
  test(`${kind}, ${index}: drawn while typing, saved, and shown in words`, async ({ spacePage, entryPage, api }) => {
    await spacePage.open(`?kind=${kind}`);
    await fillIn(spacePage, content);
    await expect(spacePage.fact("version")).toHaveText(/\d/);
    const preview = textIn(await bytesOf(await spacePage.downloadPreview("PNG")));
    await spacePage.saveButton.click();
    await spacePage.expectIds([1]);
    await expect(spacePage.row(1)).toContainText(words);
    // Ready for the next one.
    for (const label of Object.keys(typed)) {
      await expect(spacePage.answer(label)).toHaveValue("");
    }

    const { value } = await api.entry(1);
    if (typeof text === "string") expect(value).toBe(text);
    else expect(value).toMatch(text);
    expect(preview).toBe(value);
    await entryPage.open(1);
    await expect(entryPage.heading).toHaveText(words);
  });

  test.describe("without JavaScript", () => {
    test.use({ javaScriptEnabled: false });

    test(`${kind}, ${index}: the server builds the same text`, async ({ spacePage, page, api }) => {
      await spacePage.openAsleep();
      await page.getByRole("navigation", { name: "Kinds of content" }).locator(`a[href$="kind=${kind}"]`).click();
      await fillIn(spacePage, content);
      await spacePage.saveButton.click();
      await expect(spacePage.row(1)).toContainText(words);
      const { value } = await api.entry(1);
      if (typeof text === "string") expect(value).toBe(text);
      else expect(value).toMatch(text);
    });
  });
}

test("errors appear at their field, and only after leaving it", async ({ spacePage, page, api }) => {
  await spacePage.open("?kind=wifi");
  const [network, password] = [spacePage.answer("Network name"), spacePage.answer("Password")];
  await network.fill("Guests");
  await password.pressSequentially("short");
  await expect(password).toHaveAccessibleDescription("");
  await expect(spacePage.fact("version")).toHaveText("–");
  await password.press("Tab");
  await expect(password).toHaveAccessibleDescription(/8 to 63 characters/);
  await expect(password).toHaveAttribute("aria-invalid", "true");

  await spacePage.saveButton.click();
  await expect(password).toBeFocused();
  await password.press("Control+Enter");
  expect((await api.listing()).total).toBe(0);
  await password.fill("long enough");
  await expect(password).toHaveAccessibleDescription("");
  await page.getByText("Text in the code").click();
  await expect(page.getByText("WIFI:T:WPA;S:Guests;P:long enough;;")).toBeVisible();
  await password.press("Control+Enter");
  await spacePage.expectIds([1]);
});

test("an error that appears on leaving a field does not swallow the click", async ({ spacePage, page }) => {
  await spacePage.open("?kind=wifi");
  const password = spacePage.answer("Password");
  await spacePage.answer("Network name").fill("Guests");
  await password.pressSequentially("short");
  // A hand is slower than `click()`: the page may move between press and release.
  const box = await spacePage.saveButton.boundingBox();
  await page.mouse.move(box!.x + box!.width / 2, box!.y + 3);
  await page.mouse.down();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(await spacePage.saveButton.boundingBox()).toEqual(box);
  await page.mouse.up();
  // The click arrived: the save was refused and leads to the field.
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription(/8 to 63 characters/);
});

test.describe("in a time zone", () => {
  test.use({ timezoneId: "America/New_York" });

  test("an event starts in the local time zone, and another can be chosen", async ({ spacePage, page, api }) => {
    await spacePage.open("?kind=event");
    const zone = spacePage.answer("Time zone");
    await expect(zone).toHaveValue("America/New_York");
    await spacePage.answer("Title").fill("Fair");
    await spacePage.answer("Begins on").fill("2026-07-01");
    await spacePage.answer("Begins at").fill("20:30");
    await spacePage.saveButton.click();
    await spacePage.expectIds([1]);
    expect((await api.entry(1)).value).toContain("DTSTART:20260702T003000Z");
    await expect(zone).toHaveValue("America/New_York");

    await spacePage.answer("Title").fill("Fair");
    await spacePage.answer("Begins on").fill("2026-07-01");
    await spacePage.answer("Begins at").fill("20:30");
    await zone.fill("Mars/Olympus");
    await zone.press("Tab");
    await expect(zone).toHaveAccessibleDescription(/like Europe\/Berlin/);
    await zone.fill("utc");
    await spacePage.saveButton.click();
    await spacePage.expectIds([2, 1]);
    expect((await api.entry(2)).value).toContain("DTSTART:20260701T203000Z");
    expect(await page.locator("datalist option").count()).toBeGreaterThan(300);
  });
});

test("each form keeps what was typed across page loads", async ({ spacePage, api }) => {
  await spacePage.open();
  await spacePage.text.fill("a plain text");
  await spacePage.open("?kind=wifi");
  await spacePage.answer("Network name").fill("Guests");
  await spacePage.answer("Security").selectOption("None");
  await spacePage.answer("The network is hidden").check();
  await spacePage.level("H").check();
  await spacePage.open();
  await expect(spacePage.text).toHaveValue("a plain text");
  await spacePage.open("?kind=wifi");
  await expect(spacePage.answer("Network name")).toHaveValue("Guests");
  await expect(spacePage.answer("The network is hidden")).toBeChecked();
  await expect(spacePage.level("H")).toBeChecked();
  await expect(spacePage.fact("level")).toContainText("H");
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).value).toBe("WIFI:T:nopass;S:Guests;H:true;;");
});

test("if a form's module cannot be loaded, the server handles the form", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allowServerAway(/stays asleep/);
  await page.route(/contents.*\.js/, (route) => route.abort());
  await spacePage.openAsleep("?kind=phone");
  await page.locator("html[data-asleep]").waitFor();
  await spacePage.answer("Phone number").fill("+49 30 123456");
  await spacePage.saveButton.click();
  await expect(page).toHaveURL(/[?&]saved=1\b/);
  await expect(spacePage.row(1)).toContainText("Phone +4930123456");
});

test("other pages also show contents in words, live", async ({ spacePage, api }) => {
  await spacePage.open();
  await api.save("WIFI:T:WPA;S:Café;P:secret;;");
  await expect(spacePage.row(1)).toContainText("Wi-Fi network Café");
});

test.describe("refused without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the response has the status, the message at its field, and everything typed", async ({ spacePage, page, pageErrors }) => {
    pageErrors.allow(/status of 422/);
    await spacePage.openAsleep("?kind=payment");
    await spacePage.answer("Payee").fill("Red Cross");
    await spacePage.answer("IBAN").fill("DE03 1203 0000 0000 2020 51");
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await spacePage.saveButton.click();
    expect((await answer).status()).toBe(422);
    await expect(spacePage.answer("IBAN")).toHaveAccessibleDescription(/typing error/);
    await expect(spacePage.answer("IBAN")).toHaveValue("DE03 1203 0000 0000 2020 51");
    await expect(spacePage.answer("Payee")).toHaveValue("Red Cross");
  });
});
